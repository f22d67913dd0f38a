"""The update phase: the optimizers' slots, weights and biases."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.expression import Add, quantity
from engine.optimizers import (
    Accelerate,
    AdamDescend,
    Count,
    Descend,
    RunningMean,
    RunningMeanOfSquares,
)
from engine.position import Element
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def _gradient(at: Place) -> float:
    """The one parameter's gradient: what follows the quantity itself in what the Step reads."""
    return at.read(at.step.reads[1], *at.element)


def _change(at: Place) -> float:
    """What the update adds, as the engine writes it: parameter ← parameter + change."""
    return _change_of(at, at.element)


def _change_of(at: Place, element: Element) -> float:
    tree = at.frame.equation(element).indexed
    assert isinstance(tree, Add)
    return at.evaluated(tree.parts[1])


def _changes(at: Place) -> Array:
    """Those of a short group. Not new − old, which is off where the change is tiny."""
    return np.array([_change_of(at, element) for element in at.elements])


def _descent(at: Place) -> str:
    if quantity(at.step.reads[1]).slot:
        return _momentum_descent(at)
    gradient, change = _gradient(at), _change(at)
    if gradient == 0:
        return tr(
            "Update: {parameter} stays at {value}, as its gradient is 0: a small change of it "
            "does not change E.",
            parameter=at.parameter,
            value=at.written,
        )
    if change == 0:
        return _standstill(at)
    moved = tr(
        "{parameter} moves by −η·{partial} = {change} to {value}",
        parameter=at.parameter,
        partial=at.partial,
        change=at.number(change),
        value=at.written,
    )
    if gradient > 0 > change:
        return tr(
            "Update: {moved}; E would grow with it ({partial} > 0), so it goes down.",
            moved=moved,
            partial=at.partial,
        )
    if gradient < 0 < change:
        return tr(
            "Update: {moved}; E would fall if it grew ({partial} < 0), so it goes up.",
            moved=moved,
            partial=at.partial,
        )
    return tr("Update: {moved}.", moved=moved)


def _standstill(at: Place) -> str:
    return tr(
        "Update: {parameter} stays at {value}, as −η times its direction is 0.",
        parameter=at.parameter,
        value=at.written,
    )


def _momentum_descent(at: Place) -> str:
    change = _change(at)
    if change == 0:
        return _standstill(at)
    return tr(
        "Update: {parameter} moves by −η·velocity = {change} to {value}; the velocity carries "
        "this gradient and the earlier ones.",
        parameter=at.parameter,
        change=at.number(change),
        value=at.written,
    )


def _descents(at: Place) -> str:
    followed = at.step.reads[1]
    symbol = tr("velocity") if quantity(followed).slot else at.partial
    if at.is_short:
        return tr(
            "Update: {parameters} move by −η·{symbol} = {changes}, to {values}.",
            parameters=at.parameters,
            symbol=symbol,
            changes=at.listed(_changes(at)),
            values=at.listed(at.values),
        )
    return tr(
        "Update: {parameters} move by −η·{symbol}, with {followed}; they are now {values}.",
        parameters=at.parameters,
        symbol=symbol,
        followed=at.equal(symbol, at.group_of(at.frame.before[followed])),
        values=at.listed(at.values),
    )


def _velocity(at: Place) -> str:
    operation = at.operation(Accelerate)
    return tr(
        "Velocity of {parameter}: μ = {momentum} of what it was, plus {partial} = {gradient}: "
        "velocity = {value}.",
        parameter=at.parameter,
        momentum=at.number(operation.momentum),
        partial=at.partial,
        gradient=at.number(_gradient(at)),
        value=at.written,
    )


def _velocities(at: Place) -> str:
    operation = at.operation(Accelerate)
    return tr(
        "Velocities of {parameters}: μ = {momentum} of what each was, plus its gradient: {result}.",
        parameters=at.parameters,
        momentum=at.number(operation.momentum),
        result=at.equal(tr("velocity"), at.values),
    )


def _mixed(at: Place, operation: RunningMean) -> str:
    """How one running mean takes its gradient in."""
    return tr(
        "{symbol} = {beta} of it stays, and {partial} = {gradient} is mixed in",
        symbol=operation.symbol,
        beta=at.number(operation.beta),
        partial=at.partial,
        gradient=at.number(_gradient(at)),
    )


def _kept(at: Place, operation: RunningMean) -> str:
    """What a group of running means keeps."""
    beta = at.number(operation.beta)
    return tr("{symbol} = {beta} of each stays", symbol=operation.symbol, beta=beta)


def _running_mean(at: Place) -> str:
    return tr(
        "Running mean of the gradient of {parameter}: {mixed}: m = {value}.",
        parameter=at.parameter,
        mixed=_mixed(at, at.operation(RunningMean)),
        value=at.written,
    )


def _running_means(at: Place) -> str:
    return tr(
        "Running means of the gradients of {parameters}: {kept}, and the new gradient is mixed "
        "in: {result}.",
        parameters=at.parameters,
        kept=_kept(at, at.operation(RunningMean)),
        result=at.equal("m", at.values),
    )


def _running_mean_of_squares(at: Place) -> str:
    return tr(
        "Running mean of the squared gradient of {parameter}: {mixed}, squared: v = {value}.",
        parameter=at.parameter,
        mixed=_mixed(at, at.operation(RunningMeanOfSquares)),
        value=at.written,
    )


def _running_means_of_squares(at: Place) -> str:
    return tr(
        "Running means of the squared gradients of {parameters}: {kept}, and the new square is "
        "mixed in: {result}.",
        parameters=at.parameters,
        kept=_kept(at, at.operation(RunningMeanOfSquares)),
        result=at.equal("v", at.values),
    )


def _adam_descent(at: Place) -> str:
    change = _change(at)
    if change == 0:
        return _standstill(at)
    return tr(
        "Update: {parameter} moves by {change} to {value}: η times m over √v, both corrected for "
        "having started at 0.",
        parameter=at.parameter,
        change=at.number(change),
        value=at.written,
    )


def _adam_descents(at: Place) -> str:
    if at.is_short:
        return tr(
            "Update: {parameters} move by {changes}, to {values}: η times m over √v, both "
            "corrected for having started at 0.",
            parameters=at.parameters,
            changes=at.listed(_changes(at)),
            values=at.listed(at.values),
        )
    return tr(
        "Update: {parameters} move by η times m over √v, both corrected for having started at 0; "
        "they are now {values}.",
        parameters=at.parameters,
        values=at.listed(at.values),
    )


def _count(at: Place) -> str:
    return tr("Adam counts its updates, to correct m and v: n = {n}.", n=at.written)


TELLERS: Tellers = {
    Descend: (_descent, _descents),
    Accelerate: (_velocity, _velocities),
    RunningMean: (_running_mean, _running_means),
    RunningMeanOfSquares: (_running_mean_of_squares, _running_means_of_squares),
    AdamDescend: (_adam_descent, _adam_descents),
    Count: (_count, _count),
}
