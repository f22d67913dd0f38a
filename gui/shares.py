"""How the window is shared out, known before there is anything to put into it."""

from __future__ import annotations

from typing import NamedTuple

# Below this height the equation and the matrices would each show half of what they have to say.
TALL_ENOUGH = 880
HANDLE = 5
"""Between two panels."""


class Shares(NamedTuple):
    """Pixels of a stage: below are time and results, left the experiment, right the Step."""

    below: int
    left: int
    right: int
    words: int
    over_the_run: int
    function: int


def shares(width: int, height: int, line: int) -> Shares:
    """The shares of a stage of that size. line: the height of a line of text."""
    below = min(max(height // 4, 165), 240)
    return Shares(
        below=below,
        left=min(max(width // 6, 190), 260),
        right=min(max(width * 36 // 100, 350), 640),
        words=max(min((height - below) // 5, 130), 84, 6 * line),
        over_the_run=width * 62 // 100,
        function=width * 38 // 100,
    )
