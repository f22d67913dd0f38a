"""The gradient phase: how E changes with each weight and bias."""

from __future__ import annotations

from engine.operations import BiasGradient, WeightGradient
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def _weight_gradient(at: Place) -> str:
    delta, a = at.step.reads
    if at.batch > 1:
        return tr(
            "Gradient of {weight}: the δ it leads to times the value it carries, averaged over "
            "the {batch} samples: ∂E/∂w = {value}.",
            weight=at.parameter,
            batch=at.batch,
            value=at.written,
        )
    return tr(
        "Gradient of {weight}: the δ it leads to, {delta}, times the value it carries, {a}: "
        "∂E/∂w = {value}.",
        weight=at.parameter,
        delta=at.number(at.read(delta, at.row)),
        a=at.number(at.read(a, at.column)),
        value=at.written,
    )


def _weight_gradients(at: Place) -> str:
    if at.batch > 1:
        return tr(
            "Gradients of {weights}: the δ each leads to times the value it carries, averaged "
            "over the {batch} samples, ∂E/∂W = (1/B)·δ·aᵀ.",
            weights=at.parameters,
            batch=at.batch,
        )
    return tr(
        "Gradients of {weights}: the δ each leads to times the value it carries, ∂E/∂W = δ·aᵀ.",
        weights=at.parameters,
    )


def _bias_gradient(at: Place) -> str:
    value = at.written
    if at.batch > 1:
        return tr(
            "Gradient of {bias}: z moves exactly as the bias does, so it is the mean of δ over "
            "the {batch} samples: ∂E/∂b = {value}.",
            bias=at.parameter,
            batch=at.batch,
            value=value,
        )
    return tr(
        "Gradient of {bias}: z moves exactly as the bias does, so it is the unit's δ: "
        "∂E/∂b = {value}.",
        bias=at.parameter,
        value=value,
    )


def _bias_gradients(at: Place) -> str:
    if at.batch > 1:
        return tr(
            "Gradients of {biases}: the mean of each unit's δ over the {batch} samples.",
            biases=at.parameters,
            batch=at.batch,
        )
    return tr("Gradients of {biases}: each is its unit's δ, ∂E/∂b = δ.", biases=at.parameters)


TELLERS: Tellers = {
    WeightGradient: (_weight_gradient, _weight_gradients),
    BiasGradient: (_bias_gradient, _bias_gradients),
}
