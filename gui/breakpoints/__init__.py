"""Breakpoints as a person reads and makes them."""
