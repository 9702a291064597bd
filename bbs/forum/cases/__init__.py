"""Cases: what became of a question, by a table of states, with dates, figures and private ones."""
