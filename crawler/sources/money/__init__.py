"""Sources about organisations and money."""
