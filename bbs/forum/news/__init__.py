"""News columns and bulletins."""
