"""The gradient phase: how E changes with each weight and bias."""

from __future__ import annotations

from engine.operations import BiasGradient, WeightGradient
from gui.sentences.place import Place, Tellers
from gui.translation import tr


def _weight_gradient(at: Place) -> str:
    delta, a = at.step.reads
    if at.batch > 1:
        return tr(
            "Gradient of {weight}: the δ it leads to times {carried}, averaged over the {batch} "
            "samples: ∂E/∂w = {value}.",
            weight=at.parameter,
            carried=_carried_by_it(at),
            batch=at.batch,
            value=at.written,
        )
    return tr(
        "Gradient of {weight}: the δ it leads to, {delta}, times {carried}, {a}: ∂E/∂w = {value}.",
        weight=at.parameter,
        carried=_carried_by_it(at),
        delta=at.number(at.read(delta, at.row)),
        a=at.number(at.read(a, at.column)),
        value=at.written,
    )


def _carried_by_it(at: Place) -> str:
    return tr("the input it carries") if at.layer == 1 else tr("the activation it carries")


def _carried_by_each(at: Place) -> str:
    return tr("the input each carries") if at.layer == 1 else tr("the activation each carries")


def _weight_gradients(at: Place) -> str:
    if at.whole:
        return _matrix_of_gradients(at)
    delta, a = at.step.reads
    if at.batch > 1:
        return tr(
            "Gradients of {weights}: the unit's δ times {carried}, averaged over the {batch} "
            "samples: {result}.",
            weights=at.parameters,
            carried=_carried_by_each(at),
            batch=at.batch,
            result=at.equal("∂E/∂w", at.values),
        )
    return tr(
        "Gradients of {weights}: the unit's δ, {delta}, times {carried}, {a}: {result}.",
        weights=at.parameters,
        delta=at.number(at.read(delta, at.row)),
        carried=_carried_by_each(at),
        a=at.listed(at.frame.before[a][:, 0]),
        result=at.equal("∂E/∂w", at.values),
    )


def _matrix_of_gradients(at: Place) -> str:
    if at.batch > 1:
        return tr(
            "Gradients of {weights}: the δ each leads to times {carried}, averaged over the "
            "{batch} samples, ∂E/∂W = (1/B)·δ·{a}ᵀ: {values}.",
            weights=at.parameters,
            carried=_carried_by_it(at),
            batch=at.batch,
            a=at.below,
            values=at.listed(at.values),
        )
    return tr(
        "Gradients of {weights}: the δ each leads to times {carried}, ∂E/∂W = δ·{a}ᵀ: {values}.",
        weights=at.parameters,
        carried=_carried_by_it(at),
        a=at.below,
        values=at.listed(at.values),
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
            "Gradients of {biases}: the mean of each unit's δ over the {batch} samples: {result}.",
            biases=at.parameters,
            batch=at.batch,
            result=at.equal("∂E/∂b", at.values),
        )
    return tr(
        "Gradients of {biases}: each is its unit's δ: {result}.",
        biases=at.parameters,
        result=at.equal("∂E/∂b", at.values),
    )


TELLERS: Tellers = {
    WeightGradient: (_weight_gradient, _weight_gradients),
    BiasGradient: (_bias_gradient, _bias_gradients),
}
