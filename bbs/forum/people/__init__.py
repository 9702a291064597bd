"""People and what passes between them: cards, who is here, short messages, mail, notices, blocks."""
