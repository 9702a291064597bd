"""What is measured: one module a section."""
