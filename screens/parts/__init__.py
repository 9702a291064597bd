"""What several screens show or do in the same way."""
