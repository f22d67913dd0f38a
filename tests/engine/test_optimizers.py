from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum, Optimizer
from engine.program import Granularity
from engine.timeline import Timeline
from tests.engine.building import Reference, experiment

# The plain formulas for one number and one rate: given the gradients of each iteration in turn,
# what the parameter becomes. Written with floats, from the papers the optimizers name.


def _descend(w: float, gradients: list[float], rate: float) -> float:
    for gradient in gradients:
        w -= rate * gradient
    return w


def _with_momentum(w: float, gradients: list[float], rate: float) -> float:
    velocity = 0.0
    for gradient in gradients:
        velocity = 0.9 * velocity + gradient
        w -= rate * velocity
    return w


def _adam(w: float, gradients: list[float], rate: float) -> float:
    m = v = 0.0
    for k, gradient in enumerate(gradients, start=1):
        m = 0.8 * m + 0.2 * gradient
        v = 0.95 * v + 0.05 * gradient**2
        w -= rate * (m / (1 - 0.8**k)) / (math.sqrt(v / (1 - 0.95**k)) + 1e-6)
    return w


FORMULAS: dict[str, tuple[Optimizer, Callable[[float, list[float], float], float]]] = {
    "gradient_descent": (GradientDescent(0.3), _descend),
    "momentum": (Momentum(0.3, 0.9), _with_momentum),
    "adam": (Adam(0.3, 0.8, 0.95, 1e-6), _adam),
}
RATES = [[0.1, 0.0, 0.2], [0.3, 0.4, 0.0]]
BIAS_RATES = [[0.0], [0.5]]


def _rated(optimizer: Optimizer) -> Experiment:
    """Layer 1 has a rate for each weight and bias, layer 2 one of its own and frozen biases."""
    generator = np.random.default_rng(5)
    tanh = ACTIVATIONS["tanh"]
    layers = (
        Layer(
            2,
            tanh,
            weights=frozen(generator.normal(size=(2, 3))),
            biases=frozen(generator.normal(size=(2, 1))),
            weight_learning_rate=frozen(RATES),
            bias_learning_rate=frozen(BIAS_RATES),
        ),
        Layer(2, tanh, weight_learning_rate=0.05, bias_learning_rate=0.0),
    )
    return experiment((3, 2, 2), optimizer=optimizer, layers=layers, samples=6, batch=2)


@pytest.mark.parametrize("name", FORMULAS)
def test_every_element_follows_the_plain_formula_with_its_own_rate(name: str) -> None:
    optimizer, formula = FORMULAS[name]
    reference = Reference(_rated(optimizer))
    start = reference.experiment.start_values
    iterations = 12
    ends = [reference.iteration(index)[-1] for index in range(iterations)]
    rates = {"W1": np.array(RATES), "b1": np.array(BIAS_RATES), "W2": np.full((2, 2), 0.05)}
    for parameter, table in rates.items():
        for element in np.ndindex(table.shape):
            gradients = [float(end[f"d{parameter}"][element]) for end in ends]
            expected = formula(float(start[parameter][element]), gradients, float(table[element]))
            # The same dozen operations an iteration, rounded in places of their own.
            assert ends[-1][parameter][element] == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_rate_of_zero_freezes_to_the_last_bit(name: str) -> None:
    described = _rated(FORMULAS[name][0])
    timeline = Timeline(described)
    timeline.train(50)
    now, start = timeline.frame().after, described.start_values
    frozen_weights = np.array(RATES) == 0
    assert_array_equal(now["W1"][frozen_weights], start["W1"][frozen_weights])
    assert (now["W1"][~frozen_weights] != start["W1"][~frozen_weights]).all()
    assert now["b1"][0] == start["b1"][0]
    assert now["b2"].tobytes() == start["b2"].tobytes()
    assert not [
        step
        for step in timeline.program.steps
        if "b2" in step.writes[-2:] and step.phase == "update"
    ]


def test_a_run_with_everything_frozen_stands_still() -> None:
    layers = tuple(
        Layer(n, ACTIVATIONS["sigmoid"], weight_learning_rate=0.0, bias_learning_rate=0.0)
        for n in (3, 2)
    )
    for optimizer in (GradientDescent(), Adam()):
        timeline = Timeline(experiment((2, 3, 2), optimizer=optimizer, layers=layers, samples=1))
        timeline.train(40)
        assert len(set(timeline.losses.tolist())) == 1
        timeline.back(Granularity.ITERATION)
        assert timeline.completed == 39


def test_slots_start_at_zero_and_are_carried_on() -> None:
    timeline = Timeline(experiment(optimizer=Adam()))
    start = timeline.state_at(0)
    assert start["k"] == 0.0
    assert not start["m_W1"].any()
    assert not start["v_b2"].any()
    assert timeline.state_at(5)["k"] == 5.0


def test_the_optimizers_and_their_settings_are_those_of_the_format() -> None:
    settings = {name: kind.settings() for name, kind in OPTIMIZERS.items()}
    assert settings == {
        "gradient_descent": ("learning_rate",),
        "momentum": ("learning_rate", "momentum"),
        "adam": ("learning_rate", "beta1", "beta2", "epsilon"),
    }
    assert Momentum().momentum == 0.9
    assert (Adam().beta1, Adam().beta2, Adam().epsilon) == (0.9, 0.999, 1e-8)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_write_slots_before_the_parameter(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    updates = optimizer.updates("W1", frozen(0.1))
    assert [update.writes for update in updates] == [*optimizer.slots("W1"), "W1"]


# Five iterations of a 2-3-2 network (tanh, then sigmoid or softmax) over a batch of three, by
# PyTorch 2.13.0 in float64: torch.optim.SGD(lr=0.5), SGD(lr=0.5, momentum=0.9) and Adam(lr=0.05);
# E of each iteration, then W1, b1, W2, b2 after the fifth.
W1, B1 = [[0.15, -0.20], [0.25, 0.30], [-0.35, 0.45]], [0.1, -0.2, 0.3]
W2, B2 = [[0.40, -0.45, 0.55], [-0.50, 0.60, 0.65]], [-0.1, 0.2]
INPUTS = [[0.1, 0.9], [0.8, -0.3], [-0.5, 0.4]]
TARGETS = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
TORCH_OPTIMIZERS: dict[str, Optimizer] = {
    "gradient_descent": GradientDescent(0.5),
    "momentum": Momentum(0.5, 0.9),
    "adam": Adam(0.05, 0.9, 0.999, 1e-8),
}
Table = list[list[float]]
BY_PYTORCH: dict[tuple[str, str], tuple[list[float], Table, list[float], Table, list[float]]] = {
    ("gradient_descent", "half_squared_error"): (
        [
            0.28825999779354283,
            0.27429041728224896,
            0.2613327466387729,
            0.24931989002667318,
            0.23816989231916097,
        ],
        [
            [0.04628162988807788, -0.055962250266545915],
            [0.37723487375306286, 0.12637079405856508],
            [-0.3422267915557744, 0.43203322084721774],
        ],
        [0.19279685784969572, -0.2970830934246607, 0.2751165423647712],
        [
            [0.37671424817982213, -0.46585842528998755, 0.6576068410640746],
            [-0.47753293264582, 0.6265054359781972, 0.502692164667203],
        ],
        [-0.03608869941535421, 0.0721908465527343],
    ),
    ("gradient_descent", "binary_cross_entropy"): (
        [
            1.5457347867421356,
            1.3168930561034244,
            1.1671635677700185,
            1.0442086710125191,
            0.9279851715597895,
        ],
        [
            [-0.23674039024119117, 0.2733374841587096],
            [0.7485415546745018, -0.30031692582493374],
            [-0.43412181394060484, 0.4991267790774881],
        ],
        [0.30597923348279327, -0.3767392817964461, 0.23172008179089296],
        [
            [0.4272459475664791, -0.6411668772543099, 0.9273402040930961],
            [-0.5574395849412717, 0.8563576312472369, 0.14785922970048382],
        ],
        [0.06780081094620602, -0.14455003771102687],
    ),
    ("gradient_descent", "cross_entropy"): (
        [
            0.8328793292555255,
            0.6025515035300263,
            0.49552077927450816,
            0.41400707944533677,
            0.34232853411877145,
        ],
        [
            [-0.20374591783740276, 0.22023474077374522],
            [0.7079233793727349, -0.23199550533247953],
            [-0.44879481365126317, 0.5315084826560337],
        ],
        [0.23759686152683893, -0.30495200410155393, 0.2647569233168697],
        [
            [0.4023303206184217, -0.6156504658119598, 0.9460356600257102],
            [-0.5023303206184216, 0.7656504658119596, 0.25396433997428985],
        ],
        [0.06581581569571499, 0.034184184304285034],
    ),
    ("momentum", "half_squared_error"): (
        [
            0.28825999779354283,
            0.27429041728224896,
            0.24981235331594845,
            0.2198007747482965,
            0.18945910337715988,
        ],
        [
            [-0.11904516392801856, 0.16882012596469903],
            [0.5817659679032099, -0.14538863791787424],
            [-0.3351304472867596, 0.40848291814949317],
        ],
        [0.33098628152192117, -0.4382485413233588, 0.2353193822885081],
        [
            [0.34148719598785643, -0.49378778512102006, 0.828587851120013],
            [-0.4459569783021018, 0.6733957363256267, 0.27070791088437707],
        ],
        [0.06102105209111956, -0.12294837957495197],
    ),
    ("momentum", "binary_cross_entropy"): (
        [
            1.5457347867421356,
            1.3168930561034244,
            1.0476924156489227,
            0.81604502242054,
            0.5654763319232382,
        ],
        [
            [-0.8176273824438431, 0.9708623371232692],
            [1.5184141916601184, -1.1675869905695546],
            [-0.622656128583088, 0.59434469769113],
        ],
        [0.5949166441140672, -0.5808103462247697, 0.046734422052076036],
        [
            [0.43697838375961695, -0.902331257701408, 1.521770265255515],
            [-0.56401046650556, 1.1691554968981492, -0.631307965335976],
        ],
        [0.32757911583642163, -0.6393428251267361],
    ),
    ("momentum", "cross_entropy"): (
        [
            0.8328793292555255,
            0.6025515035300263,
            0.41878391006646815,
            0.2812907297540827,
            0.13862060659031758,
        ],
        [
            [-0.7545001404573687, 0.8735357408899638],
            [1.4412694382771678, -1.03398349258045],
            [-0.6479236515298182, 0.6275457521558331],
        ],
        [0.466839749048551, -0.43316619659046574, 0.06078870482286686],
        [
            [0.30613215370846814, -0.7773312275495337, 1.565261338639131],
            [-0.40613215370846817, 0.9273312275495336, -0.36526133863913074],
        ],
        [0.28508746275325464, -0.18508746275325455],
    ),
    ("adam", "half_squared_error"): (
        [
            0.28825999779354283,
            0.26125150838313504,
            0.23772511699550822,
            0.21778661151124226,
            0.20081655737819215,
        ],
        [
            [-0.09508022564941779, 0.04324582740359796],
            [0.5002534150701323, 0.05039309633826548],
            [-0.2424022130914586, 0.2691640060535229],
        ],
        [0.33567684455754476, -0.440564820193802, 0.05586772939980036],
        [
            [0.20807447683901045, -0.5665517411618857, 0.7930379460339702],
            [-0.33949085820768676, 0.8277280510212675, 0.40687626784649267],
        ],
        [0.1395147459242458, -0.04448423900660723],
    ),
    ("adam", "binary_cross_entropy"): (
        [
            1.5457347867421356,
            1.4321277443229095,
            1.3356862747590001,
            1.2544434035472263,
            1.184133446016477,
        ],
        [
            [-0.09512028031204015, 0.04267131081392552],
            [0.500250541998195, 0.050676674354828956],
            [-0.24808816195421737, 0.2779072027538984],
        ],
        [0.3346706681716335, -0.4399598597181684, 0.06700527690244637],
        [
            [0.21407804194305718, -0.5676192382724304, 0.7938927783967503],
            [-0.34024783115027263, 0.8278553437441226, 0.4080393729554292],
        ],
        [0.1430843132549244, -0.04230355662876425],
    ),
    ("adam", "cross_entropy"): (
        [
            0.8328793292555255,
            0.7180826922646263,
            0.6294347481731547,
            0.5600060843760267,
            0.503742560627281,
        ],
        [
            [-0.0940048886472715, 0.03873190482837294],
            [0.5005061080708317, 0.05180862638852216],
            [-0.3300738849228142, 0.42468215793122327],
        ],
        [0.31814620528132875, -0.41900671179216264, 0.17488833746751126],
        [
            [0.20365282116451366, -0.6750655504744859, 0.7910854334739904],
            [-0.3036528211645137, 0.8250655504744859, 0.40891456652600966],
        ],
        [0.12452854941427628, -0.024528549414276284],
    ),
}


@pytest.mark.parametrize(("optimizer", "loss"), BY_PYTORCH)
def test_five_iterations_are_those_of_pytorch(optimizer: str, loss: str) -> None:
    errors, *parameters = BY_PYTORCH[optimizer, loss]
    output = ACTIVATIONS["softmax" if loss == "cross_entropy" else "sigmoid"]
    columns = [frozen(np.reshape(b, (-1, 1))) for b in (B1, B2)]
    described = Experiment(
        Network(
            2,
            (
                Layer(3, ACTIVATIONS["tanh"], weights=frozen(W1), biases=columns[0]),
                Layer(2, output, weights=frozen(W2), biases=columns[1]),
            ),
        ),
        LOSSES[loss],
        Data(frozen(INPUTS), frozen(TARGETS)),
        TORCH_OPTIMIZERS[optimizer],
        batch_size=3,
    )
    timeline = Timeline(described)
    timeline.train(5)
    # Sums taken in another order, five times over.
    assert_allclose(timeline.losses, errors, rtol=1e-12)
    for name, expected in zip(("W1", "b1", "W2", "b2"), parameters, strict=True):
        found = timeline.frame().after[name]
        assert_allclose(found, np.reshape(expected, found.shape), rtol=1e-11, err_msg=name)
