"""The command tree and its three doors."""
