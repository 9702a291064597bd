"""Boards and sections as boards.yaml declares them, their calendar, templates and libraries."""
