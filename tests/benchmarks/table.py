"""What a benchmark reports: rows, and the one table they are written into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("what", "ours", "peer or floor", "ratio", "wanted", "ok?")


@dataclass(frozen=True)
class Row:
    """One line. ok: None where the row is for information only."""

    what: str
    ours: str
    peer: str
    ratio: str
    wanted: str
    ok: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.ok is None else ("yes" if self.ok else "NO")
        return self.what, self.ours, self.peer, self.ratio, self.wanted, verdict


def at_least(what: str, ours: str, peer: str, ratio: float, wanted: float | None) -> Row:
    """A row whose ratio may not be lower than `wanted`."""
    asked = "" if wanted is None else f"≥ {wanted:g} ×"
    ok = None if wanted is None else ratio >= wanted
    return Row(what, ours, peer, f"{ratio:.2f} ×", asked, ok)


def at_most(what: str, value: float, unit: str, wanted: float | None) -> Row:
    """A row whose value may not be higher than `wanted`."""
    if wanted is None:
        return Row(what, f"{value:.2f} {unit}", "", "", "", None)
    ok = value <= wanted
    return Row(what, f"{value:.2f} {unit}", "", f"{value / wanted:.2f}", f"≤ {wanted:g} {unit}", ok)


def as_markdown(rows: Iterable[Row]) -> str:
    """The table, its columns padded so that it also reads well in a terminal."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ["| " + " | ".join(map(str.ljust, cells, widths)) + " |" for cells in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join((texts[0], rule, *texts[1:]))
