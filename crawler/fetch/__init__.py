"""The engine: HTTP, tokens, limits, retries, batch sizes. It knows no upstream's fields."""
