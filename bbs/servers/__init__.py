"""SSH, telnet and exec listeners."""
