"""Renderings of a Frame. They know the engine's types, the theme and the number format."""
