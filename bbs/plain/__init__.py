"""Plain mode: the forum line by line, in words, without one cursor movement; for screen readers, `ssh -T` and pipes."""
