"""Cleaning, width, wrapping, segmentation, Markdown: text as the terminal needs it."""
