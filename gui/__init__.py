"""The desktop window. No mathematics is done here: every view renders the same Frame."""
