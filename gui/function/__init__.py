"""What the function view draws: maps, curves, tables, symbols."""
