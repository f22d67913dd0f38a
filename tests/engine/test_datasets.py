from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.datasets import DATASETS, Batches, Data, DataSettings, batch_order, load
from engine.errors import ExperimentError, ShapeError

# name: (samples, inputs, targets, how many samples have each target as their 1)
SHAPES: dict[str, tuple[int, int, int, Sequence[int] | None]] = {
    "and": (4, 2, 1, [1]),
    "or": (4, 2, 1, [3]),
    "xor": (4, 2, 1, [2]),
    "encoder": (8, 8, 8, [1] * 8),
    "two_moons": (200, 2, 1, [100]),
    "circles": (200, 2, 1, [100]),
    "quadrants": (200, 2, 1, None),
    "clouds": (150, 2, 3, [50, 50, 50]),
    "spiral": (240, 2, 3, [80, 80, 80]),
    "line": (40, 1, 1, None),
    "noisy_sine": (80, 1, 1, None),
    "plane": (100, 2, 1, None),
    "iris": (150, 4, 3, [50, 50, 50]),
    # The counts of the test part of the UCI set, as its own description gives them.
    "digits": (1797, 64, 10, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
}


def numbered(samples: int) -> Data:
    """Data whose sample n has the input n and the target -n."""
    rows = np.arange(float(samples)).reshape(-1, 1)
    return Data(frozen(rows), frozen(-rows))


@pytest.mark.parametrize("name", DATASETS)
def test_built_in_sets_have_their_shapes_and_balances(name: str) -> None:
    samples, inputs, targets, balance = SHAPES[name]
    data = load(name)
    assert data.inputs.shape == (samples, inputs)
    assert data.targets.shape == (samples, targets)
    assert data.samples == samples
    assert data.name == name
    if balance is not None:
        assert data.targets.sum(axis=0).tolist() == balance
        assert set(np.unique(data.targets)) == {0.0, 1.0}
    if targets > 1:  # One-hot.
        assert (data.targets.sum(axis=1) == 1).all()


def test_the_table_of_shapes_knows_every_set() -> None:
    assert list(SHAPES) == list(DATASETS)


@pytest.mark.parametrize("name", DATASETS)
def test_built_in_sets_are_pure_finite_named_and_cannot_be_written_to(name: str) -> None:
    data, again = DATASETS[name].load(), DATASETS[name].load()
    for field in ("inputs", "targets"):
        table = getattr(data, field)
        assert table.tobytes() == getattr(again, field).tobytes()
        assert np.isfinite(table).all()
        assert not table.flags.writeable
        assert table.flags.c_contiguous
    assert len(data.input_names) == data.inputs.shape[1]
    assert len(data.target_names) == data.targets.shape[1]
    assert DATASETS[name].description.endswith(".")
    assert DATASETS[name].title


def test_xor_is_one_where_its_inputs_differ() -> None:
    data = load("xor")
    assert data.targets[:, 0].tolist() == [float(x1 != x2) for x1, x2 in data.inputs.tolist()]


def test_circles_lie_one_in_the_other() -> None:
    data = load("circles")
    radius = np.hypot(*data.inputs.T)
    outer, inner = (radius[data.targets[:, 0] == each] for each in (0.0, 1.0))
    # Radii 1 and 0.5 with noise of 0.06: means of 100 points are good to a few hundredths.
    assert outer.mean() == pytest.approx(1.0, abs=0.03)
    assert inner.mean() == pytest.approx(0.5, abs=0.03)


def test_the_noisy_sine_is_a_sine_with_noise_of_a_tenth() -> None:
    data = load("noisy_sine")
    noise = data.targets - np.sin(data.inputs)
    assert np.abs(data.inputs).max() <= 3.0
    assert noise.std() == pytest.approx(0.1, rel=0.3)


def test_two_moons_bend_apart() -> None:
    data = load("two_moons")
    upper, lower = (data.inputs[data.targets[:, 0] == each] for each in (0.0, 1.0))
    assert_allclose(upper.mean(axis=0), [0.0, 2 / math.pi], atol=0.06)
    assert_allclose(lower.mean(axis=0), [1.0, 0.5 - 2 / math.pi], atol=0.06)


def test_iris_is_fishers_table() -> None:
    data = load("iris")
    assert data.inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    # The means of Fisher, 1936, table 2 (sepal length, sepal width, petal length, petal width).
    assert_allclose(data.inputs[data.targets[:, 0] == 1].mean(axis=0), [5.006, 3.428, 1.462, 0.246])


def test_digits_are_grey_levels_in_sixteenths() -> None:
    data = load("digits")
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert_array_equal(data.inputs * 16, np.round(data.inputs * 16))
    assert data.target_names == tuple("0123456789")


def test_gates_are_what_logic_says() -> None:
    for name, gate in (("and", min), ("or", max)):
        data = load(name)
        assert data.targets[:, 0].tolist() == [gate(case) for case in data.inputs.tolist()]


def test_the_encoder_is_asked_for_what_it_is_given() -> None:
    data = load("encoder", DataSettings(samples=5))
    assert_array_equal(data.inputs, np.eye(5))
    assert_array_equal(data.targets, np.eye(5))


def test_without_noise_points_lie_where_the_description_says() -> None:
    moons = load("two_moons", DataSettings(samples=21, noise=0.0))
    upper = moons.targets[:, 0] == 0
    assert upper.sum() == 11
    assert_allclose(np.hypot(*moons.inputs[upper].T), 1.0)
    assert_allclose(np.hypot(*(moons.inputs[~upper] - [1.0, 0.5]).T), 1.0)
    circles = load("circles", DataSettings(samples=31, noise=0.0))
    assert_allclose(np.hypot(*circles.inputs.T), np.where(circles.targets[:, 0], 0.5, 1.0))
    quadrants = load("quadrants", DataSettings(samples=50, noise=0.0))
    differ = np.sign(quadrants.inputs[:, 0]) != np.sign(quadrants.inputs[:, 1])
    assert_array_equal(quadrants.targets[:, 0], differ)
    clouds = load("clouds", DataSettings(samples=9, noise=0.0))
    assert_allclose(np.unique(clouds.inputs.round(9), axis=0)[:, 1], [-0.5, 1.0, -0.5])
    sine = load("noisy_sine", DataSettings(samples=10, noise=0.0))
    assert_array_equal(sine.targets, np.sin(sine.inputs))
    line = load("line", DataSettings(samples=10, noise=0.0))
    assert_allclose(np.polyfit(line.inputs[:, 0], line.targets[:, 0], 1), [0.8, -0.3])
    plane = load("plane", DataSettings(samples=10, noise=0.0))
    design = np.column_stack((plane.inputs, np.ones(10)))
    found = np.linalg.lstsq(design, plane.targets[:, 0])[0]
    assert_allclose(found, [0.6, -0.4, 0.2])


@pytest.mark.parametrize("name", [name for name in DATASETS if DATASETS[name].noise is not None])
def test_size_noise_and_seed_are_what_was_asked_for(name: str) -> None:
    usual, asked = load(name), DataSettings(samples=61, noise=0.02, seed=7)
    data = load(name, asked)
    assert data.samples == 61
    assert data.settings == asked
    assert usual.settings == DataSettings(DATASETS[name].samples.usual, DATASETS[name].noise, 0)
    again = DATASETS[name].load(asked)
    assert data.inputs.tobytes() == again.inputs.tobytes()
    other = load(name, DataSettings(samples=61, noise=0.02, seed=8))
    assert data.inputs.tobytes() + data.targets.tobytes() != (
        other.inputs.tobytes() + other.targets.tobytes()
    )
    louder = load(name, DataSettings(samples=61, noise=0.04, seed=7))
    silent = load(name, DataSettings(samples=61, noise=0.0, seed=7))
    if name != "spiral":  # Its noise is on an angle.
        for part in ("inputs", "targets"):
            values = [getattr(each, part) for each in (silent, data, louder)]
            assert_allclose(values[2] - values[0], 2 * (values[1] - values[0]), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("xor", DataSettings(samples=5), "data.samples: the set xor has no choice of it"),
        ("iris", DataSettings(noise=0.1), "data.noise: the set iris has no choice of it"),
        ("iris", DataSettings(seed=1), "data.seed: the set iris has no choice of it"),
        ("spiral", DataSettings(samples=2), "data.samples: 2, but it has to be from 3 to 100000"),
        ("line", DataSettings(samples=10**9), "from 2 to 100000"),
        ("line", DataSettings(noise=-0.1), "data.noise: -0.1, but it has to be from 0 to 10"),
        ("line", DataSettings(noise=math.nan), "data.noise: nan, but it has to be from 0 to 10"),
        ("line", DataSettings(noise=1e300), "data.noise: 1e+300, but it has to be from 0 to 10"),
        ("line", DataSettings(seed=-1), "data.seed: has to be from 0 to"),
        ("encoder", DataSettings(samples=65), "data.samples: 65, but it has to be from 2 to 64"),
    ],
)
def test_a_set_that_cannot_be_made_is_refused(
    name: str, settings: DataSettings, sentence: str
) -> None:
    with pytest.raises(ExperimentError, match=re.escape(sentence)):
        load(name, settings)


def test_there_is_no_set_by_another_name() -> None:
    with pytest.raises(KeyError):
        load("mnist")


def test_data_that_does_not_fit_together_is_refused() -> None:
    two, three = np.zeros((2, 1)), np.zeros((3, 1))
    with pytest.raises(ShapeError, match=r"3 rows, but data\.inputs has 2"):
        Data(two, three)
    with pytest.raises(ShapeError, match="have to be tables"):
        Data(np.zeros(2), two)
    with pytest.raises(ShapeError, match="target_names: 2 names, but there are 1 columns"):
        Data(two, two, target_names=("a", "b"))


def test_a_held_out_part_has_the_columns_of_the_data() -> None:
    one, two = np.zeros((3, 1)), np.zeros((3, 2))
    data = Data(one, two, held_out_inputs=one[:1], held_out_targets=two[:1])
    assert (data.samples, data.held_out_samples) == (3, 1)
    assert Data(one, two).held_out_samples == 0
    with pytest.raises(
        ShapeError, match=r"data\.held_out\.inputs: 2 columns, but data\.inputs has 1"
    ):
        Data(one, two, held_out_inputs=two, held_out_targets=two)
    with pytest.raises(ShapeError, match=r"data\.held_out: has to have inputs and targets"):
        Data(one, two, held_out_inputs=one)
    with pytest.raises(ShapeError, match=r"held_out\.targets: 2 rows, but data\.held_out\.inputs"):
        Data(one, two, held_out_inputs=one, held_out_targets=two[:2])
    with pytest.raises(ShapeError, match=r"data\.scaling\.targets: 1 scalings, but there are 2"):
        Data(one, two, target_scaling=(None,))


# The order of the samples


@settings(derandomize=True, deadline=None, database=None)
@given(seed=st.integers(0, 2**63 - 1), epoch=st.integers(0, 10**9), samples=st.integers(1, 40))
def test_an_epochs_order_is_a_permutation_and_equal_for_equal_keys(
    seed: int, epoch: int, samples: int
) -> None:
    order = batch_order(seed, epoch, samples).tolist()
    assert sorted(order) == list(range(samples))
    assert batch_order(seed, epoch, samples).tolist() == order


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    orders = {
        tuple(batch_order(seed, epoch, 20).tolist()) for seed in range(3) for epoch in range(200)
    }
    assert len(orders) == 600  # Of 20! orders; that two are equal has a chance of 1e-13.


def test_every_sample_comes_to_every_place() -> None:
    places = np.array([batch_order(1, epoch, 5) for epoch in range(2000)])
    for place in range(5):
        counts = np.bincount(places[:, place], minlength=5)
        # 400 each, ± 5 standard deviations of 18.
        assert counts.min() > 310
        assert counts.max() < 490


def test_orders_are_what_they_always_were() -> None:
    orders = [batch_order(5, epoch, 6).tolist() for epoch in (0, 1, 64)]
    assert orders == [[4, 3, 5, 2, 0, 1], [3, 2, 1, 0, 4, 5], [2, 4, 3, 5, 1, 0]]


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(
    ("samples", "size"), [(7, 3), (6, 3), (5, 1), (4, 4), (5000, 1), (5000, 999)]
)
def test_an_epoch_takes_every_sample_once(samples: int, size: int, shuffle: bool) -> None:
    batches = Batches(numbered(samples), size, shuffle, seed=3)
    assert batches.per_epoch == math.ceil(samples / size)
    for epoch in (0, 1, 70):
        first = epoch * batches.per_epoch
        taken = list(batches.run(first, batches.per_epoch))
        rows = np.concatenate([a0[0] for a0, _ in taken])
        assert sorted(rows.tolist()) == list(range(samples))
        assert {a0.shape[1] for a0, _ in taken[:-1]} <= {size}
        assert taken[-1][0].shape[1] == samples - (batches.per_epoch - 1) * size
        assert all(batches.epoch(first + at) == epoch for at in range(batches.per_epoch))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("samples", "size"), [(7, 3), (5, 1), (5000, 999)])
def test_a_run_of_batches_is_the_batches_one_by_one(samples: int, size: int, shuffle: bool) -> None:
    batches = Batches(numbered(samples), size, shuffle, seed=4)
    first = batches.per_epoch - 2
    for iteration, (a0, t) in enumerate(batches.run(first, 12), start=first):
        assert a0[0].tolist() == batches.samples(iteration).tolist()
        assert_array_equal(t, -a0)
        again = batches.batch(iteration)
        assert_array_equal(again[0], a0)
        assert a0.flags.c_contiguous
        assert not a0.flags.writeable


def test_without_shuffling_the_order_is_that_of_the_data() -> None:
    batches = Batches(numbered(5), 2, shuffle=False, seed=4)
    rows = [batches.samples(iteration).tolist() for iteration in range(4)]
    assert rows == [[0, 1], [2, 3], [4], [0, 1]]


def test_shuffled_epochs_differ() -> None:
    batches = Batches(numbered(30), 10, shuffle=True, seed=4)
    epochs = [
        tuple(row for at in range(3) for row in batches.samples(3 * epoch + at).tolist())
        for epoch in range(4)
    ]
    assert len(set(epochs)) == 4


@pytest.mark.parametrize(("samples", "size", "sizes"), [(7, 3, (3, 1)), (6, 3, (3,)), (2, 2, (2,))])
def test_the_sizes_of_an_epochs_batches(samples: int, size: int, sizes: tuple[int, ...]) -> None:
    assert Batches(numbered(samples), size, False, 0).sizes() == sizes
