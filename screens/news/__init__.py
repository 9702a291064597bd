"""News and bulletins."""
