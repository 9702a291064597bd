"""The terminal layer: link, input, canvas, renderer, keys, widgets."""
