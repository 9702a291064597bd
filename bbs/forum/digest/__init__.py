"""The opinion digest: counts of a week, topics, words that lead to nobody, and two people who let it out."""
