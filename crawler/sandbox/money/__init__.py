"""Upstreams of money on loopback: each answers in its own shape from the same books."""
