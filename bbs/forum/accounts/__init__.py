"""Accounts: who somebody is, how they come in, and what they may change about it."""
