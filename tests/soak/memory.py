"""The memory that this process takes."""

from __future__ import annotations

import ctypes
import resource
import sys
from pathlib import Path

_MIB = 2**20


def resident() -> float:
    """The memory in use, in MiB; where the system does not tell, the most there has been."""
    if sys.platform == "linux":
        # What has been freed is handed back, or it would count.
        ctypes.CDLL(None).malloc_trim(0)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / _MIB
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (_MIB if sys.platform == "darwin" else 1024)


class Memory:
    """What was measured, and by how much it grew once all had been used."""

    def __init__(self) -> None:
        self._notes: list[float] = []
        self._warm: list[float] = []

    def note(self, seconds: float, *, is_warm: bool) -> None:
        """Measures, and prints it. is_warm: everything has been used, so no more should be kept."""
        used = resident()
        print(f"{seconds:6.0f} s  {used:7.1f} MiB", flush=True)
        self._notes.append(used)
        if is_warm:
            self._warm.append(used)

    @property
    def growth(self) -> float | None:
        """From the first warm measurement to the last, in MiB; None where there are no two."""
        return self._warm[-1] - self._warm[0] if len(self._warm) > 1 else None

    def report(self) -> str:
        """At the start, at the end, the most, and the growth."""
        used = self._notes
        grew = "too short to tell its growth" if self.growth is None else f"{self.growth:+.1f}"
        return (
            f"memory: {used[0]:.1f} MiB at the start, {used[-1]:.1f} at the end, "
            f"{max(used):.1f} at most; once warm: {grew}"
        )
