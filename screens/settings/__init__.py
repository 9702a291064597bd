"""How one likes it: preferences, keys, SSH keys."""
