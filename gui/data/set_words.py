"""The built-in sets in words: the engine's own, where a translator finds them."""

from __future__ import annotations

from gui.translation import tr


def set_titles() -> dict[str, str]:
    """The sets' names, for people."""
    return {
        "and": tr("AND"),
        "or": tr("OR"),
        "xor": tr("XOR"),
        "encoder": tr("Encoder"),
        "two_moons": tr("Two moons"),
        "circles": tr("Circles"),
        "quadrants": tr("Quadrants"),
        "clouds": tr("Clouds"),
        "spiral": tr("Spiral"),
        "line": tr("Line"),
        "noisy_sine": tr("Noisy sine"),
        "plane": tr("Plane"),
        "iris": tr("Iris"),
        "digits": tr("Digits"),
    }


def set_descriptions() -> dict[str, str]:
    """What the sets are, a sentence each."""
    return {
        "and": tr("The four cases of and."),
        "or": tr("The four cases of or."),
        "xor": tr("The four cases of exclusive or."),
        "encoder": tr("One input of many is 1, and the target is the same again."),
        "two_moons": tr("Points on two half circles, with noise."),
        "circles": tr("Points on two circles, one in the other."),
        "quadrants": tr("Points of a square, 1 where the signs of x1 and x2 differ."),
        "clouds": tr("Points in three clouds around the corners of a triangle."),
        "spiral": tr("Points on three arms of a spiral."),
        "line": tr("Points on a straight line."),
        "noisy_sine": tr("Points on sin x, with noise."),
        "plane": tr("A height over two inputs, on a tilted plane."),
        "iris": tr("150 flowers of three species, lengths in centimetres."),
        "digits": tr("1797 handwritten digits, 8 × 8 grey levels from 0 to 1 in sixteenths."),
    }
