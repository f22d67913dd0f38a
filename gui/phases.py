"""The phases' titles, numbered as in the text they come from."""

from __future__ import annotations

from engine.program import Phase
from gui.translation import tr


def phase_title(phase: Phase) -> str:
    """A phase's number and name."""
    match phase:
        case Phase.FORWARD:
            return tr("I Forward")
        case Phase.DELTA:
            return tr("II Delta")
        case Phase.GRADIENT:
            return tr("III Gradient")
        case Phase.UPDATE:
            return tr("IV Update")
