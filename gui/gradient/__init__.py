"""The gradient check's table: rows and words."""
