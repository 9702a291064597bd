"""Writing and changing posts: drafts, limits, sending, moving, moderation, and who is told."""
