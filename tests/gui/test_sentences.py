import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import quantity
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum
from engine.position import Position
from engine.program import Granularity, Phase
from engine.timeline import Timeline
from gui.numbers import NumberFormat
from gui.sentences import Names, sentence, title

EXAMPLES = sorted(Path("resources/examples").glob("*.gradwalk.json"))
NUMBERS = NumberFormat(6)
# Longer ones are not read while stepping. The words of a whole sentence that also ends a phase.
MOST_WORDS = 42
# A wide layer has hundreds of stops that differ in their numbers only.
MOST_ROWS = 12


def example(name):
    return experiment_json.read(Path(f"resources/examples/{name}.gradwalk.json"))


def names_of(experiment):
    return Names(experiment.data.input_names, experiment.data.target_names)


def frames(timeline, iteration=1):
    """A Frame for each stop of one iteration, of every granularity, of the first few units."""
    timeline.train(iteration + 1)
    stops = {(-1, ())}
    for granularity in Granularity:
        all_of_them = timeline.program.stops(granularity)
        stops |= {all_of_them[index] for index in range(len(all_of_them))}
    for step, element in sorted(stops):
        if max(element, default=0) < MOST_ROWS:
            yield timeline.seek(Position(iteration, step, element))


def small(activation, loss="half_squared_error", optimizer=None, weights=None, **more):
    """1-1-1, with a target of 1 and an input of 1."""
    one = frozen([[1.0]])
    hidden = Layer(1, ACTIVATIONS[activation], weights=frozen(weights or [[1.0]]))
    top = Layer(1, ACTIVATIONS["sigmoid"], weights=frozen([[0.5]]))
    return Experiment(
        Network(1, (hidden, top)),
        LOSSES[loss],
        Data(one, one),
        optimizer or GradientDescent(0.5),
        **more,
    )


def said(experiment, writes, element=(), iteration=0, names=None, sample=0):
    timeline = Timeline(experiment)
    step = timeline.program.step_writing(writes)
    frame = timeline.seek(Position(iteration, step.index, element))
    return sentence(frame, NUMBERS, names or names_of(experiment), sample)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.split(".")[0])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_numbers_said_are_the_engines(path, optimizer):
    experiment = experiment_json.read(path)
    experiment = replace(experiment, optimizer=OPTIMIZERS[optimizer]())
    timeline = Timeline(experiment)
    for frame in frames(timeline):
        text = sentence(frame, NUMBERS, names_of(experiment))
        assert len(text.split()) <= MOST_WORDS, text
        assert re.search(r"[{}]|nan|None|  ", text) is None, text
        assert text[0] in "δE" or text[0].isupper(), text
        assert text.endswith(".")
        if frame.step is None or len(frame.focus) > 1:
            continue
        row, column = (*frame.focus[0], 0, 0)[:2]
        array = frame.after[frame.step.writes]
        written = float(array[row, column]) if array.ndim else float(array)
        shown = re.escape(NUMBERS.text(written))
        assert re.search(rf"(= |to |at ){shown}(?!\.?[0-9]|×)", text), (text, written)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_and_loss_has_its_sentences(activation, loss):
    top = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss, activation)
    data = Data(frozen([[0.4, -1.0], [2.0, 0.3]]), frozen([[0.0, 1.0], [1.0, 0.0]]))
    layers = (Layer(3, ACTIVATIONS[activation]), Layer(2, ACTIVATIONS[top]))
    experiment = Experiment(Network(2, layers), LOSSES[loss], data, batch_size=2)
    told = {sentence(frame, NUMBERS, Names(), sample=1) for frame in frames(Timeline(experiment))}
    assert not [text for text in told if "{" in text or "_" in text]
    assert any("sample 2 of 2" in text for text in told)


def test_the_seeds_own_example_by_hand():
    hand = example("2-2-2-frozen-biases")
    assert said(hand, "z1", (1,)) == (
        "Pre-activation of unit 2 of layer 1: its bias, plus what each of the 2 inputs sends it "
        "times the weight between them: z = 0.392500."
    )
    # Six digits of the hand-worked figures of notation.md.
    assert said(hand, "delta2", (0,)) == (
        "δ of output o1, how E changes with its z: the output is 0.741365 too high, and the "
        "sigmoid passes 0.186816 of that back: δ = 0.138499."
    )
    assert "the output is 0.217072 too low" in said(hand, "da2", (1,))
    assert said(hand, "da1", (0,)).startswith(
        "Back-propagated error of unit 1 of layer 1: the 2 outputs it feeds send their δ back "
        "through the weights from before the update: ∂E/∂a = "
    )
    assert said(hand, "W2", (0, 0)) == (
        "Update: the weight from unit 1 of layer 1 to output o1 moves by −η·∂E/∂w = −0.0410835 "
        "to 0.358916; E would grow with it (∂E/∂w > 0), so it goes down."
    )
    assert "(∂E/∂w < 0), so it goes up" in said(hand, "W2", (1, 0))


def test_a_frozen_bias_is_never_updated_in_words():
    timeline = Timeline(example("2-2-2-frozen-biases"))
    told = [sentence(frame, NUMBERS, Names()) for frame in frames(timeline)]
    assert not [text for text in told if text.startswith("Update: the bias")]
    assert [text for text in told if text.startswith("Update: the weight")]


def test_an_inactive_relu_passes_nothing_back():
    text = said(small("relu", weights=[[-1.0]]), "delta1", (0,))
    assert "ReLU is inactive, as z = −1 is not positive" in text
    assert text.endswith("its slope is 0 here, so nothing is passed back: δ = 0.")
    assert "has slope 1 here and passes all of that back" in said(small("relu"), "delta1", (0,))


def test_a_saturated_sigmoid_is_said_to_be_flat():
    text = said(small("sigmoid", weights=[[800.0]]), "delta1", (0,))
    assert "the sigmoid is so flat at z = 800 that its slope is 0 here" in text


def test_softplus_far_below_zero_still_has_a_sentence():
    text = said(small("softplus", weights=[[-800.0]]), "delta1", (0,))
    assert text.endswith("δ = 0.")


def test_softmax_with_cross_entropy_says_what_cancels():
    text = said(example("iris"), "delta2", (0,))
    assert "softmax ties the units of its layer together" in text
    assert "cancels down to output minus target" in text


def test_the_wrong_class_of_cross_entropy_has_no_direct_error():
    experiment = example("digits")
    timeline = Timeline(experiment)
    label = int(timeline.frame().after["t"][:, 0].argmax())
    other = (label + 1) % 10
    assert "it is the right class" in said(experiment, "da2", (label,))
    assert "it is not the right class" in said(experiment, "da2", (other,))


def test_the_sample_looked_at_is_told_and_read():
    experiment = example("xor")
    first, third = (said(experiment, "z1", (0,), sample=sample) for sample in (0, 2))
    assert first.endswith("for sample 1 of 4.")
    assert third.endswith("for sample 3 of 4.")
    value = Timeline(experiment).seek(Position(0, 0)).after["z1"][0, 2]
    assert f"z = {NUMBERS.text(float(value))} for" in third
    squeezed = said(experiment, "a1", (0,), sample=2)
    assert f"tanh squeezes z = {NUMBERS.text(float(value))} in" in squeezed


def test_a_sample_beyond_a_smaller_last_batch_is_its_last_one():
    experiment = replace(example("xor"), batch_size=3)
    only = said(experiment, "a1", (0,), iteration=1)
    assert said(experiment, "a1", (0,), iteration=1, sample=2) == only


def test_gradients_of_a_batch_are_means():
    assert "averaged over the 4 samples" in said(example("xor"), "dW1", (0, 0))
    assert "the mean of δ over the 4 samples" in said(example("xor"), "db1", (0,))
    assert "averaged over the 4 samples of the batch" in said(example("xor"), "E")
    assert "averaged" not in said(example("2-3-2"), "dW1", (0, 0))


def test_a_whole_layer_and_a_row_of_weights_are_told_as_such():
    experiment = example("2-3-2")
    assert said(experiment, "z1").startswith("Pre-activations of the 3 units of layer 1")
    assert said(experiment, "dW1", (1,)).startswith(
        "Gradients of the 2 weights into unit 2 of layer 1"
    )
    assert said(experiment, "W1").startswith("Update: the 6 weights into layer 1 move")


def numbers(array):
    *others, last = (NUMBERS.text(float(value)) for value in np.ravel(array))
    return f"{', '.join(others)} and {last}"


def extremes(array):
    return f"between {NUMBERS.text(float(array.min()))} and {NUMBERS.text(float(array.max()))}"


def test_a_row_of_few_weights_is_told_with_its_numbers():
    experiment = example("2-3-2")
    timeline = Timeline(experiment)
    last = timeline.seek(Position(0, timeline.program.last)).after
    # Independent of the engine's own gradients.
    first = Timeline(experiment).frame().after
    delta, x = float(last["delta1"][1, 0]), first["a0"][:, 0]
    assert said(experiment, "dW1", (1,)) == (
        f"Gradients of the 2 weights into unit 2 of layer 1: the unit's δ, {NUMBERS.text(delta)}, "
        f"times the input each carries, {numbers(x)}: ∂E/∂w = {numbers(delta * x)}."
    )
    changes = -experiment.optimizer.learning_rate * delta * x
    assert said(experiment, "W1", (1,)) == (
        "Update: the 2 weights into unit 2 of layer 1 move by −η·∂E/∂w = "
        f"{numbers(changes)}, to {numbers(first['W1'][1] + changes)}."
    )
    assert "times the activation each carries" in said(experiment, "dW2", (1,))


def test_a_row_of_many_weights_is_told_by_its_extremes():
    experiment = replace(example("digits"), optimizer=GradientDescent(0.1))
    timeline = Timeline(experiment)
    timeline.train(1)
    state = timeline.seek(Position(0, timeline.program.last)).after
    assert said(experiment, "dW1", (3,)).endswith(f"∂E/∂w {extremes(state['dW1'][3])}.")
    assert said(experiment, "W1", (3,)).endswith(
        f"with ∂E/∂w {extremes(state['dW1'][3])}; they are now {extremes(state['W1'][3])}."
    )


def test_layers_are_told_with_their_numbers():
    experiment = example("2-3-2")
    timeline = Timeline(experiment)
    state = timeline.seek(Position(0, timeline.program.last)).after
    for name in ("z1", "a1", "z2", "a2", "da1", "delta1", "db1", "db2"):
        assert numbers(state[name][:, 0]) in said(experiment, name), name
    assert extremes(state["dW1"]) in said(experiment, "dW1")
    third = Timeline(example("xor")).seek(Position(0, 0)).after["z1"][:, 2]
    assert said(example("xor"), "z1", sample=2).endswith(f"sample 3 of 4: {numbers(third)}.")


def test_equal_numbers_are_not_told_as_a_range():
    data = Data(frozen([[0.0] * 6]), frozen([[1.0]]))
    layers = (Layer(1, ACTIVATIONS["identity"], weights=frozen([[1.0] * 6])),)
    experiment = Experiment(Network(6, layers), LOSSES["half_squared_error"], data)
    text = said(experiment, "dW1", (0,))
    assert "the input each carries, all 0: ∂E/∂w all 0." in text


def test_the_inputs_are_x_as_in_the_equations():
    experiment = example("2-3-2")
    assert "z = W·x + b" in said(experiment, "z1")
    assert "z = W·a + b" in said(experiment, "z2")
    assert "δ·xᵀ" in said(experiment, "dW1")
    assert "δ·aᵀ" in said(experiment, "dW2")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", ["2-3-2", "digits"])
def test_every_weight_step_has_numbers_and_is_short(optimizer, name):
    experiment = replace(example(name), optimizer=OPTIMIZERS[optimizer]())
    for step in Timeline(experiment).program.steps:
        if not quantity(step.writes).is_weight_shaped:
            continue
        for element in ((), (0,)):
            text = said(experiment, step.writes, element)
            assert re.search(r"(=|all|between|by|:) −?\d[^a-z]* and −?\d|all −?\d", text), text
            assert len(text.split()) <= 35, text


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.FORWARD, "The forward phase is complete."),
        (Phase.DELTA, "The delta phase is complete."),
        (Phase.GRADIENT, "The gradient phase is complete."),
        (Phase.UPDATE, "Iteration 0 is complete."),
    ],
)
def test_the_end_of_a_phase_is_told(phase, words):
    timeline = Timeline(example("2-3-2"))
    last = timeline.program.last_of_phase[phase]
    assert sentence(timeline.seek(Position(0, last)), NUMBERS, Names()).endswith(words)
    earlier = sentence(timeline.seek(Position(0, last - 1)), NUMBERS, Names())
    assert "complete" not in earlier


def test_the_start_of_an_iteration_says_which_sample():
    one = replace(example("xor"), batch_size=1)
    frame = Timeline(one).seek(Position(2, -1))
    assert sentence(frame, NUMBERS, Names()).startswith("Iteration 2 starts with sample 3 of")
    frame = Timeline(example("xor")).frame()
    assert sentence(frame, NUMBERS, Names()).startswith("Iteration 0 starts with a batch of 4")


def test_the_start_of_an_iteration_that_was_run_claims_no_more_than_what_is_known_here():
    timeline = Timeline(example("2-3-2"))
    first = sentence(timeline.seek(Position(1, -1)), NUMBERS, Names())
    timeline.train(5)
    again = timeline.seek(Position(1, -1))
    assert sentence(again, NUMBERS, Names()) == first
    assert "known here are its inputs, its target and the weights and biases" in first
    assert not again.is_known("E")
    assert "not computed" not in first


def test_a_network_without_biases_starts_with_its_weights():
    frame = Timeline(example("4-5-3-2")).frame()
    assert "its target and the weights;" in sentence(frame, NUMBERS, Names())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_every_kind_of_step_has_a_sentence_of_its_own(path, optimizer):
    """None falls back on the name of its quantity in the State."""
    experiment = replace(experiment_json.read(path), optimizer=OPTIMIZERS[optimizer]())
    timeline = Timeline(experiment)
    names = names_of(experiment)
    for step in timeline.program.steps:
        rows = timeline.program.shape(step.writes, 1)
        for element in ((), (0,)) if rows else ((),):
            told = sentence(timeline.seek(Position(0, step.index, element)), NUMBERS, names)
            assert told.endswith("."), step.writes
            assert len(told) > 30, step.writes
            assert not re.search(r"\b(dW|db|da|delta|velocity_|m_|v_)\w*\d", told), told


def test_units_without_names_are_numbered_and_long_names_quoted():
    experiment = example("2-3-2")
    assert "from input 1 to unit" in said(experiment, "dW1", (0, 0), names=Names(("",)[:0]))
    assert "output 2" in said(experiment, "a2", (1,), names=Names(target_names=("yes",)))
    assert "output “x1 xor x2”" in said(example("xor"), "a2", (0,))


def test_a_name_that_is_a_number_is_not_taken_for_the_number_of_a_unit():
    """Of the digits 0 to 9, the fourth unit is called 3."""
    digits = example("digits")
    assert said(digits, "delta2", (3,)).startswith("δ of output “3”: ")
    assert "to output “0”: " in said(digits, "dW2", (0, 5))


def test_adam_counts_and_momentum_remembers():
    adam = replace(example("2-3-2"), optimizer=Adam())
    assert said(adam, "k", iteration=4) == "Adam counts its updates, to correct m and v: n = 5."
    assert "β₁ = 0.9 of it stays" in said(adam, "m_W1", (0, 0))
    assert "β₂ = 0.999 of it stays" in said(adam, "v_W1", (0, 0))
    momentum = replace(example("2-3-2"), optimizer=Momentum(0.5, 0.8))
    assert "μ = 0.8 of what it was" in said(momentum, "velocity_W1", (0, 0))
    assert "−η·velocity" in said(momentum, "W1", (0, 0))


def test_a_weight_without_gradient_stays():
    text = said(small("relu", weights=[[-1.0]]), "W1", (0, 0))
    assert text.startswith("Update: the weight from input 1 to unit 1 of layer 1 stays at −1,")
    assert "its gradient is 0" in text


def test_a_negative_learning_rate_does_not_claim_descent():
    # The first output is too high and the second too low: gradients of both signs.
    uphill = replace(example("2-2-2-frozen-biases"), optimizer=GradientDescent(-0.5))
    for output in (0, 1):
        text = said(uphill, "W2", (output, 0))
        assert "moves by" in text
        assert "goes" not in text


@pytest.mark.parametrize("element", [(), (0,), (0, 0)])
def test_what_is_not_finite_is_named(element):
    # The first update overflows: an input and a rate near the largest double.
    data = Data(frozen([[1e300]]), frozen([[-1e300]]))
    layers = (Layer(2, ACTIVATIONS["identity"], weights=frozen([[1.0], [0.5]])),)
    layers = (*layers, Layer(1, ACTIVATIONS["identity"], weights=frozen([[1.0, 1.0]])))
    experiment = Experiment(Network(1, layers), LOSSES["half_squared_error"], data)
    with np.errstate(all="ignore"):
        text = said(experiment, "dW1", element)
    assert "∂E/∂w from input 1 to unit 1 of layer 1 became ∞" in text
    assert "not a finite number" in text


def test_only_the_unit_that_is_not_finite_is_named_so():
    data = Data(frozen([[1e200]]), frozen([[0.0]]))
    layers = (Layer(2, ACTIVATIONS["identity"], weights=frozen([[1.0], [1e200]])),)
    layers = (*layers, Layer(1, ACTIVATIONS["identity"], weights=frozen([[1.0, 0.0]])))
    experiment = Experiment(Network(1, layers), LOSSES["half_squared_error"], data)
    with np.errstate(all="ignore"):
        assert "z = 1×10²⁰⁰" in said(experiment, "z1", (0,))
        assert "z of unit 2 of layer 1 became ∞" in said(experiment, "z1", (1,))
        assert "z of unit 2 of layer 1 became ∞" in said(experiment, "z1")


def test_every_step_has_a_title_of_its_own():
    for optimizer in OPTIMIZERS.values():
        program = Timeline(replace(example("4-5-3-2"), optimizer=optimizer())).program
        titles = [title(program, step) for step in program.steps]
        assert len(set(titles)) == len(titles)
        assert not [text for text in titles if "_" in text]


def test_frames_cover_every_kind_of_quantity():
    """So that the tests above cannot pass by looking at nothing."""
    timeline = Timeline(replace(example("2-3-2"), optimizer=Adam()))
    kinds = {quantity(f.step.writes).kind for f in frames(timeline) if f.step}
    assert kinds == {"z", "a", "E", "da", "delta", "dW", "db", "W", "b", "k"}
    assert math.isfinite(timeline.losses[0])
