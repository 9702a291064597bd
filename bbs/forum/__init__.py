"""The rules of the forum."""
