"""What a caller sees: one module per screen."""
