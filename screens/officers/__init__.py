"""What officers write under their real names."""
