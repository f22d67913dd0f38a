"""How a name out of a file is put into a sentence."""

from __future__ import annotations


def brief(name: str, most: int = 40) -> str:
    """A name on one line and not longer than a person reads; what cannot be seen becomes �."""
    shown = name if len(name) <= most else f"{name[: most - 1]}…"
    return "".join(character if character.isprintable() else "�" for character in shown)
