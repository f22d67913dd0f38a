"""The network's picture is kept from step to step: it looks as one painted anew, pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from engine.activations import ACTIVATIONS
from engine.datasets import Data
from engine.experiment import Experiment, Layer, Network
from engine.expression import Term
from engine.losses import LOSSES
from engine.optimizers import GradientDescent
from engine.program import Granularity
from engine.timeline import Timeline
from gui import fonts
from gui.network.kept import KeptParts
from gui.theme import DARK, LIGHT
from gui.views.network import NetworkView

SHAPES = [(2, 3, 2), (3, 6, 6, 2), (64, 16, 10)]
STEPS = [Granularity.WEIGHT, Granularity.UNIT, Granularity.LAYER, Granularity.ITERATION]
CHANCES = 0.36, 0.1, 0.1, 0.08, 0.06, 0.05, 0.05, 0.05, 0.05, 0.06, 0.04  # of each change
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def _bundled_font(qapp):
    fonts.load_fonts()
    before = qapp.font()
    qapp.setFont(fonts.text_font(9.5))
    yield
    qapp.setFont(before)


def run_of(*sizes):
    random = np.random.default_rng(7)
    layers = tuple(Layer(units, ACTIVATIONS["sigmoid"]) for units in sizes[1:])
    data = Data(random.random((5, sizes[0])), random.random((5, sizes[-1])))
    loss = LOSSES["half_squared_error"]
    network = Network(sizes[0], layers)
    return Timeline(Experiment(network, loss, data, GradientDescent(5.0), 2, seed=3))


def shown_view(qtbot, timeline, size):
    view = NetworkView()
    qtbot.addWidget(view)
    view.set_experiment(timeline.experiment)
    view.resize(*size)
    view.show_frame(timeline.frame())
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    return view


def on_screen(view):
    """The pixels of the window as they stand there, without anything being painted for it."""
    QApplication.processEvents()
    picture = view.screen().grabWindow(view.winId()).toImage()
    image = picture.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].copy()


def painted(view):
    """The pixels of the whole view, painted for this."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].copy()


def move_mouse(qtbot, view, random):
    x, y = (int(random.integers(1, size - 1)) for size in (view.width(), view.height()))
    qtbot.mouseMove(view, QPoint(x, y))


def chosen_term(random, timeline):
    layer = int(random.integers(1, timeline.program.layers + 1))
    terms = (
        Term(f"W{layer}", ("j", "i")),
        Term(f"W{layer}", (int(random.integers(2)), "i")),
        Term(f"W{layer}", (0, 1)),
        Term(f"a{layer}", (1,)),
        Term(f"delta{layer}", ("j",)),
        Term(f"b{layer}", (0,)),
        Term("E"),
        None,
    )
    return terms[random.integers(len(terms))]


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_journey_the_screen_shows_what_a_new_view_would(qtbot, sizes, seed):
    random = np.random.default_rng(seed)
    timeline = run_of(*sizes)
    size = (640, 480)
    view = shown_view(qtbot, timeline, size)
    theme, lit, pinned, sample, shown, notation = LIGHT, None, None, 0, "values", "node"
    for _ in range(60):
        match int(random.choice(len(CHANCES), p=CHANCES)):
            case 0:
                view.show_frame(timeline.forward(STEPS[random.integers(len(STEPS))]))
            case 1:
                move_mouse(qtbot, view, random)
            case 2:
                lit = chosen_term(random, timeline)
                view.set_lit(lit)
            case 3:
                pinned = chosen_term(random, timeline)
                view.set_pinned(pinned)
            case 4:
                view.show_frame(timeline.back(STEPS[random.integers(len(STEPS))]))
            case 5:
                theme = DARK if theme is LIGHT else LIGHT
                view.set_theme(theme)
            case 6:
                size = tuple(int(each) for each in random.integers((420, 360), (800, 600)))
                view.resize(*size)
            case 7:
                sample = 1 - sample
                view.set_sample(sample)
            case 8:
                shown = "gradients" if shown == "values" else "values"
                view.set_shown(shown)
            case 9:
                notation = "matrix" if notation == "node" else "node"
                view.set_notation(notation)
            case 10:
                qtbot.keyClick(view, Qt.Key.Key_Right, ALT)
        if random.random() < 0.7:
            assert np.array_equal(on_screen(view), painted(view))
    fresh = NetworkView()
    qtbot.addWidget(fresh)
    fresh.set_experiment(timeline.experiment)
    fresh.set_theme(theme)
    fresh.set_sample(sample)
    fresh.set_shown(shown)
    fresh.set_notation(notation)
    fresh.set_pinned(pinned)
    fresh.resize(*size)
    fresh.show_frame(timeline.frame())
    for term in (lit, None):
        view.set_lit(term)
        view.clearFocus()
        qtbot.mouseMove(view, QPoint(1, 1))
        fresh.set_lit(term)
        assert np.array_equal(on_screen(view), painted(fresh))


def test_what_was_fitted_before_is_kept_only_while_all_it_is_made_from_stays():
    made = []

    def fitted():
        made.append(1)
        return len(made)

    kept = KeptParts()
    for notation, wanted in (("node", 1), ("node", 1), ("matrix", 2), ("node", 3)):
        kept.begin(notation)
        assert kept.remember(("tags", 1), fitted) == wanted
