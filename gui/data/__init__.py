"""Data of one's own: imported from CSV, typed into a table, or a built-in set's size and noise."""
