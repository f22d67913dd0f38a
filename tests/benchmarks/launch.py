"""The launch: first paint against a bare QWidget's in the same run, and when all is there.

The first paint is that of the program's own window, which is empty yet: the panels in the theme's
colours. The whole window is painted with its numbers later, and the plots last.

Timed from before the interpreter starts, but not before the screen does. As a second launch finds
them, all modules are compiled already.
"""

from __future__ import annotations

import tempfile
from statistics import median

from . import desktop
from .launched import STARTED
from .table import Row, at_least, at_most

_ROUNDS = 7
_OVER_BARE = 1.8
_CONTENDERS = "bare", "numpy", "window"
# By the shell, so that starting Xvfb does not count.
_NOTE_START = ["sh", "-c", f'{STARTED}=$(date +%s.%N) exec "$@"', "sh"]


def rows() -> list[Row]:
    """On each platform, in turns: a bare QWidget, the same with NumPy, and the program."""
    made: list[Row] = []
    for platform, before in desktop.platforms():
        with tempfile.TemporaryDirectory() as bytecode:
            rounds = [_round(platform, before, bytecode) for _ in range(_ROUNDS + 1)][1:]
        bare, floor, first = ([each[name][0] for each in rounds] for name in _CONTENDERS)
        whole, plots = ([each["window"][moment] for each in rounds] for moment in (1, 2))
        beside = f"{1e3 * median(bare):.0f} ms"
        made.append(
            at_least(
                f"first paint of a bare QWidget with NumPy imported, over one without, {platform}",
                f"{1e3 * median(floor):.0f} ms",
                beside,
                _ratio(floor, bare),
                None,
            )
        )
        ratio = _ratio(first, bare)
        title = f"launch to first paint, over a bare QWidget, {platform}"
        texts = f"{1e3 * median(first):.0f} ms", beside
        ok = ratio <= _OVER_BARE
        made.append(Row(title, *texts, f"{ratio:.2f} ×", f"≤ {_OVER_BARE:g} ×", ok))
        title = f"launch to the whole window with its numbers, over a bare QWidget, {platform}"
        texts = f"{1e3 * median(whole):.0f} ms", beside
        made.append(at_least(title, *texts, _ratio(whole, bare), None))
        made.append(at_most(f"launch to plots, {platform}", 1e3 * median(plots), "ms", 1000))
    return made


def _ratio(ours: list[float], others: list[float]) -> float:
    return median(own / other for own, other in zip(ours, others, strict=True))


def _round(platform: str, before: list[str], bytecode: str) -> dict[str, list[float]]:
    """Seconds to the first paint, and of the window to the plots, by contender."""
    settings = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
    return {
        name: desktop.run_module("launched", platform, [*before, *_NOTE_START], name, **settings)
        for name in _CONTENDERS
    }
