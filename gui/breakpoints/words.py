"""What a breakpoint stops at, in words."""

from __future__ import annotations

from engine.breakpoints import (
    Breakpoint,
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    NonFiniteMet,
    PhaseEntered,
    Written,
)
from engine.expression import Term
from gui.notation import describe
from gui.numbers import full
from gui.phases import phase_title
from gui.translation import tr


def breakpoint_text(stop: Breakpoint) -> str:
    """What it stops at, in a few words."""
    match stop:
        case PhaseEntered():
            return tr("start of phase {phase}", phase=phase_title(stop.phase))
        case LayerEntered():
            return _layer_text(stop)
        case Written():
            return tr("computing {what}", what=describe(Term(stop.quantity, stop.element)))
        case LossBelow():
            return tr("E comes below {value}", value=full(stop.value))
        case GradientBelow() | GradientAbove():
            return _gradient_text(stop)
        case IterationReached():
            return tr("iteration {iteration}", iteration=stop.iteration)
        case EpochReached():
            return tr("epoch {epoch}", epoch=stop.epoch)
        case Misclassified():
            return tr("a sample is put into the wrong class")
        case NonFiniteMet():
            return tr("a value is not a finite number")
    raise AssertionError(stop)


def _layer_text(stop: LayerEntered) -> str:
    if stop.phase is None:
        return tr("layer {layer} in any phase", layer=stop.layer)
    return tr("layer {layer} in phase {phase}", layer=stop.layer, phase=phase_title(stop.phase))


def _gradient_text(stop: GradientBelow | GradientAbove) -> str:
    value, layer = full(stop.value), stop.layer
    if isinstance(stop, GradientBelow):
        if layer is None:
            return tr("|gradient| comes below {value}", value=value)
        return tr("|gradient| of layer {layer} comes below {value}", layer=layer, value=value)
    if layer is None:
        return tr("|gradient| comes above {value}", value=value)
    return tr("|gradient| of layer {layer} comes above {value}", layer=layer, value=value)
