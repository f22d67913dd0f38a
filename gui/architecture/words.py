"""The names of what can be chosen, for people."""

from __future__ import annotations

from engine.experiment import Experiment
from gui.architecture.draft import Draft, Problem
from gui.data.set_words import set_descriptions
from gui.numbers import NumberFormat
from gui.translation import tr


def activation_names() -> dict[str, str]:
    """The activations' names."""
    return {
        "identity": tr("identity"),
        "sigmoid": tr("sigmoid"),
        "tanh": tr("tanh"),
        "relu": tr("ReLU"),
        "leaky_relu": tr("leaky ReLU"),
        "softplus": tr("softplus"),
        "softmax": tr("softmax"),
    }


def optimizer_names() -> dict[str, str]:
    """The optimizers' names."""
    return {
        "gradient_descent": tr("gradient descent"),
        "momentum": tr("momentum"),
        "adam": tr("Adam"),
    }


def loss_names() -> dict[str, str]:
    """The losses' names."""
    return {
        "half_squared_error": tr("half squared error"),
        "binary_cross_entropy": tr("binary cross-entropy"),
        "cross_entropy": tr("cross-entropy"),
    }


def loss_formulas() -> dict[str, str]:
    """How each loss is reckoned, for one sample."""
    return {
        "half_squared_error": tr("½ Σ (a − t)²"),
        "binary_cross_entropy": tr("−Σ [t ln a + (1 − t) ln(1 − a)]"),
        "cross_entropy": tr("−Σ t ln a"),
    }


def initializer_names() -> dict[str, str]:
    """The initializers' names."""
    return {
        "uniform": tr("uniform"),
        "normal": tr("normal"),
        "xavier": tr("Xavier"),
        "he": tr("He"),
        "zeros": tr("zeros"),
    }


def initializer_descriptions() -> dict[str, str]:
    """How weights start with each initializer."""
    return {
        "uniform": tr("uniform from −1 to 1"),
        "normal": tr("normal, standard deviation 1"),
        "xavier": tr("uniform in ±√(6 / (units below + units))"),
        "he": tr("normal, standard deviation √(2 / units below)"),
        "zeros": tr("every weight 0: all units of the layer stay alike"),
    }


def setting_names() -> dict[str, str]:
    """The optimizers' settings, by the letter each has in the equations."""
    return {
        "learning_rate": tr("learning rate η"),
        "momentum": tr("momentum μ"),
        "beta1": tr("β₁"),
        "beta2": tr("β₂"),
        "epsilon": tr("ε"),
    }


def setting_descriptions() -> dict[str, str]:
    """What the optimizers' settings do."""
    return {
        "learning_rate": tr("Takes effect from the start of this iteration; Ctrl+Z undoes it"),
        "momentum": tr("How much of the last velocity is kept, from 0 to below 1"),
        "beta1": tr("How much of the mean gradient is kept, from 0 to below 1"),
        "beta2": tr("How much of the mean squared gradient is kept, from 0 to below 1"),
        "epsilon": tr("Keeps the divisor above 0"),
    }


def layer_title(number: int, draft: Draft) -> str:
    """What a layer is called; layer 0 is the input."""
    if number == 0:
        return tr("Input")
    if number == draft.last:
        return tr("Layer {number}, the output", number=number)
    return tr("Layer {number}", number=number)


def layer_line(number: int, draft: Draft) -> str:
    """A layer in one short line."""
    if number == 0:
        return tr("0 · {units} inputs", units=_short(draft.network.inputs))
    layer = draft.layers[number - 1]
    name = activation_names()[layer.activation.name]
    return tr("{number} · {units} {name}", number=number, units=_short(layer.units), name=name)


def _short(units: int) -> str:
    text = str(units)
    return text if len(text) <= 8 else f"{text[:7]}…"


def data_lines(experiment: Experiment) -> list[str]:
    """What the network learns from."""
    data = experiment.data
    lines = [set_descriptions()[data.name]] if data.name in set_descriptions() else []
    if data.samples == 1:
        lines.append(tr("1 sample"))
    else:
        lines.append(tr("{count} samples", count=data.samples))
    if data.held_out_samples:
        lines.append(tr("{count} held out", count=data.held_out_samples))
    inputs, targets = data.inputs.shape[1], data.targets.shape[1]
    lines.append(tr("inputs {inputs}, targets {targets}", inputs=inputs, targets=targets))
    if not data.is_scaled:
        return lines
    # With it comes the reading of CSV, which the first paint would wait for.
    from gui.data.words import scaling_lines

    return [*lines, *scaling_lines(data, NumberFormat(3))]


def told(problem: Problem, data_columns: tuple[int, int]) -> str:
    """Why a draft is no experiment, as it reads beside the field.

    data_columns: how many inputs and targets the data has.
    """
    inputs, targets = data_columns
    if problem.path == "data.inputs":
        if inputs == 1:
            return tr("The data has 1 input, so the network has to have 1 too.")
        return tr("The data has {count} inputs, so the network has to have {count}.", count=inputs)
    if problem.path == "data.targets":
        if targets == 1:
            return tr("The data has 1 target, so the last layer has to have 1 unit.")
        return tr(
            "The data has {count} targets, so the last layer has to have {count} units.",
            count=targets,
        )
    return problem.reason


def where(problem: Problem) -> str:
    """Which field a problem is about; empty where the reason says it."""
    fields = {
        "units": tr("units"),
        "weight_learning_rate": tr("learning rate"),
        "bias_learning_rate": tr("bias rate"),
    }
    if problem.path.startswith("network.layers["):
        index, _, field = problem.path.removeprefix("network.layers[").partition("].")
        return tr("layer {number}, {field}", number=int(index) + 1, field=fields.get(field, field))
    if problem.path.startswith("optimizer."):
        setting = problem.path.removeprefix("optimizer.")
        return setting_names().get(setting, setting)
    return {
        "network.inputs": tr("inputs"),
        "network.layers": tr("layers"),
        "network": tr("network"),
        "batch.size": tr("batch size"),
        "seed": tr("seed"),
    }.get(problem.path, "")
