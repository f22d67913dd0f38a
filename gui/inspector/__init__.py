"""What the inspector shows: rows, sections, plots, words."""
