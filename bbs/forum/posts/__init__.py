"""Threads and posts as they are read: pages, the officers' stream, push comments, polls, history."""
