"""What is on the screen as pictures and tables for other programs."""
