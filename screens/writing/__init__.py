"""The composer, what it writes, and the drafts it keeps."""
