"""The benchmark: real servers, real clients, one JSON document."""
