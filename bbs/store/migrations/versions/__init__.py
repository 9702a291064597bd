"""One module a step, `v0001_….py` and on, each naming the one before it."""
