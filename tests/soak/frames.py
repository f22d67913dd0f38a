"""How long it took from an event to all being painted, and after what."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

_WORST = 5


class Frames:
    """The times of frames, in milliseconds, by what was done."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = defaultdict(list)
        self._worst: list[tuple[float, str]] = []

    def note(self, kind: str, what: str, milliseconds: float) -> None:
        """A frame took so long. kind: what it is counted under; what: what was done exactly."""
        self._times[kind].append(milliseconds)
        self._worst = sorted([*self._worst, (milliseconds, what)], reverse=True)[:_WORST]

    @property
    def count(self) -> int:
        """How many frames there were."""
        return sum(map(len, self._times.values()))

    def report(self) -> str:
        """Median, 99th percentile and worst of each kind and of all, and the worst frames."""
        lines = [f"{'frames, ms':34} {'count':>7} {'median':>7} {'99 %':>7} {'worst':>7}"]
        everything = [each for times in self._times.values() for each in times]
        for kind, times in [*sorted(self._times.items()), ("all", everything)]:
            median, slow = np.percentile(times, [50, 99])
            lines.append(f"{kind:34} {len(times):7} {median:7.2f} {slow:7.2f} {max(times):7.2f}")
        lines += [f"worst: {time:.1f} ms, {what}" for time, what in self._worst]
        return "\n".join(lines)
