"""Work that is measured in a process of its own, without a network."""
