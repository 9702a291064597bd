"""People and what passes between them: cards, mail, notices, short messages."""
