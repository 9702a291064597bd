"""Help: the keys of a screen, pages, the tour."""
