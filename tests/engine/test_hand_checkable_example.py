"""The 2-2-2 example of notation.md, to 1e-12, in its three bias variants.

The figures come from a loop over plain floats, written from the node-by-node formulas and held
against what notation.md prints; the engine is held against the loop.
"""

from __future__ import annotations

import math
from itertools import product

import pytest

from engine.program import Granularity
from engine.timeline import Timeline
from tests.engine.building import by_hand

VARIANTS = ("frozen", "trainable", "none")
# Both sides round, in another order each; a few units in the last place, carried on by
# ten thousand iterations of a contraction, stay far below this.
TOLERANCE = 1e-12

Figures = dict[str, list[list[float]]]


def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def worked_by_hand(variant: str, iterations: int, hidden_delta_from: str = "old W2") -> Figures:
    """Every quantity of the last iteration, and E of the next one as `E after`."""
    pair = range(2)
    x, t, rate = (0.05, 0.10), (0.01, 0.99), 0.5
    w1, w2 = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]
    b1, b2 = ([0.0, 0.0], [0.0, 0.0]) if variant == "none" else ([0.35, 0.35], [0.60, 0.60])
    figures: Figures = {}
    for iteration in range(iterations + 1):
        z1 = [b1[j] + sum(w1[j][i] * x[i] for i in pair) for j in pair]
        a1 = [_sigmoid(z) for z in z1]
        z2 = [b2[k] + sum(w2[k][j] * a1[j] for j in pair) for k in pair]
        a2 = [_sigmoid(z) for z in z2]
        error = 0.5 * sum((a2[k] - t[k]) ** 2 for k in pair)
        if iteration == iterations:
            return {**figures, "E after": [[error]]}
        d2 = [(a2[k] - t[k]) * a2[k] * (1.0 - a2[k]) for k in pair]
        dw2 = [[d2[k] * a1[j] for j in pair] for k in pair]
        old_w2 = [list(row) for row in w2]
        for k, j in product(pair, pair):
            w2[k][j] -= rate * dw2[k][j]
        used = old_w2 if hidden_delta_from == "old W2" else w2
        da1 = [sum(d2[k] * used[k][j] for k in pair) for j in pair]
        d1 = [a1[j] * (1.0 - a1[j]) * da1[j] for j in pair]
        dw1 = [[d1[j] * x[i] for i in pair] for j in pair]
        for j, i in product(pair, pair):
            w1[j][i] -= rate * dw1[j][i]
        if variant == "trainable":
            b1 = [b1[j] - rate * d1[j] for j in pair]
            b2 = [b2[k] - rate * d2[k] for k in pair]
        columns = {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "delta1": d1, "delta2": d2}
        columns |= {"da1": da1, "da2": [a2[k] - t[k] for k in pair]}
        if variant != "none":
            columns |= {"b1": b1, "b2": b2, "db1": d1, "db2": d2}
        figures = {name: [[value] for value in values] for name, values in columns.items()}
        figures |= {"E": [[error]], "dW1": dw1, "dW2": dw2}
        figures |= {"W1": [list(row) for row in w1], "W2": [list(row) for row in w2]}
    raise AssertionError("the loop returns on its last turn")


PRINTED = {
    "z1": [[0.3775], [0.3925]],
    "a1": [[0.593269992107], [0.596884378260]],
    "z2": [[1.105905967060], [1.224921404096]],
    "a2": [[0.751365069552], [0.772928465321]],
    "E": [[0.298371108760]],
    "delta2": [[0.138498561629], [-0.038098236517]],
    "delta1": [[0.008771354689], [0.009954254705]],
    "dW2": [[0.082167040564, 0.082667627848], [-0.022602540477, -0.022740242216]],
    "dW1": [[0.000438567734, 0.000877135469], [0.000497712735, 0.000995425471]],
    "W1": [[0.149780716133, 0.199561432266], [0.249751143632, 0.299502287265]],
    "W2": [[0.358916479718, 0.408666186076], [0.511301270239, 0.561370121108]],
}
PRINTED_BIASES = {
    "frozen": {"b1": [[0.35], [0.35]], "b2": [[0.60], [0.60]]},
    "trainable": {
        "b1": [[0.345614322655], [0.345022872647]],
        "b2": [[0.530750719186], [0.619049118258]],
    },
}
# Half a unit of the last digit that is printed.
PRINTED_TO = 0.5e-12 * (1.0 + 1e-3)


def _flat(table: list[list[float]]) -> list[float]:
    return [number for row in table for number in row]


@pytest.mark.parametrize("variant", ["frozen", "trainable"])
def test_the_loop_by_hand_gives_the_figures_notation_prints(variant: str) -> None:
    figures = worked_by_hand(variant, 1)
    for name, table in {**PRINTED, **PRINTED_BIASES[variant]}.items():
        assert _flat(figures[name]) == pytest.approx(_flat(table), rel=0, abs=PRINTED_TO), name


@pytest.mark.parametrize(
    ("variant", "iterations", "printed", "last_digit"),
    [
        ("frozen", 1, 0.291027773694, 1e-12),
        ("frozen", 10_000, 3.510187783e-5, 1e-14),
        ("trainable", 1, 0.280471446791, 1e-12),
        ("trainable", 10_000, 2.447562236e-6, 1e-15),
    ],
)
def test_error_after_training_is_what_notation_prints(
    variant: str, iterations: int, printed: float, last_digit: float
) -> None:
    timeline = Timeline(by_hand(variant))
    timeline.train(iterations + 1)
    assert timeline.losses[iterations] == pytest.approx(printed, rel=0, abs=0.501 * last_digit)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_quantity_of_the_first_iteration_is_that_of_the_loop_by_hand(variant: str) -> None:
    timeline = Timeline(by_hand(variant))
    after = timeline.forward(Granularity.ITERATION).after
    for name, table in worked_by_hand(variant, 1).items():
        if name != "E after":
            found = after[name].reshape(len(table), -1)
            assert _flat(found.tolist()) == pytest.approx(_flat(table), rel=0, abs=TOLERANCE), name


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("iterations", [1, 10_000])
def test_error_and_weights_after_training_are_those_of_the_loop_by_hand(
    variant: str, iterations: int
) -> None:
    expected = worked_by_hand(variant, iterations)
    timeline = Timeline(by_hand(variant))
    timeline.train(iterations)
    frame = timeline.frame()
    for name in ("W1", "W2"):
        found = _flat(frame.after[name].tolist())
        assert found == pytest.approx(_flat(expected[name]), rel=TOLERANCE, abs=TOLERANCE)
    timeline.train(1)
    assert timeline.losses[iterations] == pytest.approx(expected["E after"][0][0], abs=TOLERANCE)


@pytest.mark.parametrize("variant", VARIANTS)
def test_stepping_ten_thousand_iterations_gives_what_training_gives(variant: str) -> None:
    trained, stepped = Timeline(by_hand(variant)), Timeline(by_hand(variant))
    trained.train(10_001)
    stepped.train(9_900)  # The rest goes Step by Step; the start is stepped in the next test.
    while stepped.completed < 10_001:
        stepped.forward(Granularity.LAYER)
    assert stepped.losses.tobytes() == trained.losses.tobytes()
    expected = worked_by_hand(variant, 10_000)["E after"][0][0]
    assert stepped.frame().error == pytest.approx(expected, rel=0, abs=TOLERANCE)


@pytest.mark.parametrize("variant", VARIANTS)
def test_stepping_the_second_iteration_gives_its_error_by_hand(variant: str) -> None:
    timeline = Timeline(by_hand(variant))
    while timeline.completed < 2:
        timeline.forward(Granularity.WEIGHT)
    expected = worked_by_hand(variant, 1)["E after"][0][0]
    assert timeline.frame().error == pytest.approx(expected, rel=0, abs=TOLERANCE)


def test_the_usual_figure_comes_from_updated_weights_and_is_not_ours() -> None:
    usual = worked_by_hand("frozen", 1, hidden_delta_from="new W2")["E after"][0][0]
    assert usual == pytest.approx(0.291027924, rel=0, abs=0.5e-9)
    timeline = Timeline(by_hand("frozen"))
    timeline.train(2)
    assert abs(timeline.losses[1] - usual) > 1e-7


def test_frozen_biases_have_gradients_but_no_update() -> None:
    timeline = Timeline(by_hand("frozen"))
    after = timeline.forward(Granularity.ITERATION).after
    assert "db1" in after
    assert after["b1"].tolist() == [[0.35], [0.35]]
    assert "b1" not in timeline.program.carried


def test_a_layer_without_biases_has_no_b_and_no_db() -> None:
    after = Timeline(by_hand("none")).forward(Granularity.ITERATION).after
    assert not {"b1", "b2", "db1", "db2"} & set(after)
