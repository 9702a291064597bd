"""What one has read, and what one keeps, follows and mutes."""
