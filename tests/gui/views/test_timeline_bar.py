from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.activations import ACTIVATIONS
from engine.experiment import Layer, Network
from engine.expression import Term
from engine.formats import experiment_json
from engine.optimizers import Adam
from engine.position import Position
from engine.timeline import Timeline
from gui import theme as themes
from gui.notation import letter_of
from gui.views.timeline_bar import TimelineBar, symbol


def example(name):
    return experiment_json.read(Path(f"resources/examples/{name}.gradwalk.json"))


def deep():
    """16 layers by Adam: about as many Steps as there can be."""
    layers = tuple(Layer(3, ACTIVATIONS["tanh"]) for _ in range(15))
    network = Network(2, (*layers, Layer(2, ACTIVATIONS["sigmoid"])))
    return replace(example("2-3-2"), network=network, optimizer=Adam())


@pytest.fixture
def bar(qtbot):
    made = TimelineBar()
    qtbot.addWidget(made)
    made.resize(1280, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("experiment", [example("2-3-2"), deep()], ids=["2-3-2", "deep"])
def test_a_click_on_a_tick_travels_to_its_step(qtbot, bar, experiment, width):
    timeline = Timeline(experiment)
    bar.resize(width, bar.height())
    bar.show_frame(timeline.seek(Position(3, 2)))
    # Ticks narrower than a pixel cannot all be hit; the click goes to a neighbour at most.
    tolerance = 0 if width / len(timeline.program) > 4 else 1
    for step in range(0, len(timeline.program), 5):
        with qtbot.waitSignal(bar.travel_requested) as asked:
            qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tick_centre(step))
        (position,) = asked.args
        assert (position.iteration, position.element) == (3, ())
        assert abs(position.step - step) <= tolerance


def test_only_the_left_button_on_a_segment_travels(qtbot, bar):
    bar.show_frame(Timeline(example("2-3-2")).frame())
    with qtbot.assertNotEmitted(bar.travel_requested):
        qtbot.mouseClick(bar, Qt.MouseButton.RightButton, pos=bar.tick_centre(3))
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(1275, 20))


def test_a_click_before_anything_is_shown_is_harmless(qtbot, bar):
    with qtbot.assertNotEmitted(bar.travel_requested):
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))


def test_the_ticks_are_in_order_and_inside(bar):
    for experiment in (example("2-3-2"), example("iris"), deep()):
        timeline = Timeline(experiment)
        bar.show_frame(timeline.frame())
        centres = [bar.tick_centre(step).x() for step in range(len(timeline.program))]
        assert centres == sorted(centres)
        assert centres[0] > 0
        assert centres[-1] < bar.width() - 60


def test_symbols_give_way_when_there_is_no_room(bar):
    bar.show_frame(Timeline(example("2-3-2")).frame())
    assert bar.labels()[:6] == ("z₁", "a₁", "z₂", "a₂", "E", "∂E/∂a₂")
    bar.resize(400, bar.height())
    assert set(bar.labels()) == {""}
    bar.resize(1280, bar.height())
    bar.show_frame(Timeline(deep()).frame())
    assert set(bar.labels()) == {""}


def test_slots_are_written_with_their_parameter():
    assert symbol("m_W1") == "m(W₁)"
    assert symbol("velocity_b12") == "velocity(b₁₂)"
    assert symbol("delta2") == "δ₂"


def test_adams_counter_has_the_letter_of_the_equations():
    assert symbol("k") == "n"
    counter = Timeline(replace(example("2-3-2"), optimizer=Adam())).program.step_writing("k")
    term = Term(counter.writes)
    assert letter_of(term).plain() == symbol(counter.writes)


@pytest.mark.parametrize("width", [1280, 1024])
def test_adams_steps_are_clusters_by_parameter(bar, width):
    bar.resize(width, bar.height())
    program = Timeline(replace(example("2-3-2"), optimizer=Adam())).program
    bar.show_frame(Timeline(replace(example("2-3-2"), optimizer=Adam())).frame())
    first = program.step_writing("k").index
    assert bar.labels()[first:] == (
        *("n", "m", "v", "W₁", "m", "v", "b₁"),
        *("m", "v", "W₂", "m", "v", "b₂"),
    )  # fmt: skip
    centres = [bar.tick_centre(step).x() for step in range(first + 1, len(program))]
    within = [centres[i + 1] - centres[i] for i in range(len(centres) - 1) if i % 3 != 2]
    between = [centres[i + 1] - centres[i] for i in range(len(centres) - 1) if i % 3 == 2]
    assert min(between) > max(within)
    assert min(within) >= 18


def test_where_clusters_are_narrow_they_keep_the_name_of_their_parameter(bar):
    bar.resize(700, bar.height())
    timeline = Timeline(replace(example("4-5-3-2"), optimizer=Adam()))
    bar.show_frame(timeline.frame())
    assert bar.labels()[-6:] == ("", "", "W₂", "", "", "W₃")


def leave(bar):
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))


def leave_the_window(bar):
    other = QWidget()
    other.show()
    other.activateWindow()
    QApplication.processEvents()
    other.close()


def step_by_key(bar):
    bar.show_frame(Timeline(example("2-3-2")).seek(Position(0, 4)))


@pytest.mark.parametrize("ending", [leave, leave_the_window, step_by_key])
def test_a_tick_pointed_at_is_marked_only_as_long_as_it_is(qtbot, bar, ending):
    bar.show_frame(Timeline(example("2-3-2")).frame())
    without = bar.grab().toImage()
    # Qt drops a move to where the mouse already is, as it is after the test before.
    for step in (2, 7):
        qtbot.mouseMove(bar, bar.tick_centre(step))
    assert bar.hovered() == 7
    assert bar.grab().toImage() != without
    ending(bar)
    assert bar.hovered() is None


def test_done_ticks_have_the_colour_of_their_phase_and_later_ones_do_not(bar):
    timeline = Timeline(example("2-3-2"))
    bar.show_frame(timeline.seek(Position(0, 6)))
    forward = QColor(themes.LIGHT.forward)
    update = QColor(themes.LIGHT.update)

    def pixels_near(step, colour):
        image = bar.grab().toImage()
        centre = bar.tick_centre(step) * image.devicePixelRatio()
        around = range(-6, 7)
        return sum(
            image.pixelColor(centre.x() + dx, centre.y() + dy) == colour
            for dx in around
            for dy in around
        )

    assert pixels_near(1, forward) > 0
    assert pixels_near(14, update) == 0
    to_come = themes.mixed(themes.LIGHT.muted, themes.LIGHT.surface, 0.6)
    assert pixels_near(14, to_come) > 0
    bar.show_frame(timeline.seek(Position(0, 15)))
    assert pixels_near(14, update) > 0


@pytest.mark.qt_log_ignore("does not support raise")  # the tooltip, on the offscreen platform
def test_hovering_tells_what_the_step_computes(bar):
    timeline = Timeline(example("2-3-2"))
    bar.show_frame(timeline.frame())
    place = bar.tick_centre(5)
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, bar.mapToGlobal(place))
    QApplication.sendEvent(bar, help_event)
    assert QToolTip.text() == (
        f"II Delta, step 6 of {len(timeline.program)}\n"
        "∂E/∂a₂: back-propagated error on the activations of the output layer"
    )
    QToolTip.hideText()


def test_the_epoch_is_shown_where_it_is_another_number(bar):
    bar.show_frame(Timeline(example("2-3-2")).seek(Position(12, 0)))
    assert bar.counter_text() == "iteration 12"
    bar.show_frame(Timeline(example("iris")).seek(Position(31, 0)))
    assert bar.counter_text() == "epoch 2 · iteration 31"
    bar.show_frame(Timeline(example("iris")).seek(Position(0, 0)))
    bar.set_batches_per_epoch(15)
    assert bar.counter_text() == "epoch 0 · iteration 0"


def test_the_place_is_described_in_words(bar, qtbot):
    timeline = Timeline(example("2-3-2"))
    bar.show_frame(timeline.frame())
    qtbot.waitUntil(lambda: bar.accessibleDescription().startswith("Start of iteration 0"))
    bar.show_frame(timeline.seek(Position(4, 6)))
    count = len(timeline.program)
    said = f"iteration 4, II Delta, step 7 of {count}: δ of the output layer"
    qtbot.waitUntil(lambda: bar.accessibleDescription() == said)
    assert bar.accessibleName() == "Steps of this iteration"


def test_it_takes_no_focus_and_little_height(bar):
    assert bar.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert 36 <= bar.sizeHint().height() <= 60


@pytest.mark.parametrize("theme", themes.THEMES.values(), ids=themes.THEMES)
@pytest.mark.parametrize("width", [160, 1000])
def test_it_paints_at_any_width_in_either_theme(bar, theme, width):
    bar.set_theme(theme)
    bar.resize(width, bar.height())
    for experiment in (example("2-3-2"), deep()):
        timeline = Timeline(experiment)
        for step in (-1, 0, timeline.program.last):
            bar.show_frame(timeline.seek(Position(0, step)))
            image = bar.grab().toImage()
            assert image.pixelColor(1, image.height() - 1) == QColor(theme.window)


@pytest.mark.parametrize("width", [300, 700, 1200])
def test_a_step_painted_from_what_is_kept_looks_as_if_painted_anew(bar, width):
    timeline = Timeline(example("2-3-2"))
    bar.resize(width, bar.sizeHint().height())
    bar.show_frame(timeline.frame())
    for _ in range(10):
        bar.grab()
    for index in range(-1, len(timeline.program)):
        bar.show_frame(timeline.seek(Position(3, index)))
        kept = bar.grab().toImage()
        bar.set_batches_per_epoch(1)  # Plans anew, so nothing is kept.
        assert bar.grab().toImage() == kept
        for _ in range(10):
            bar.grab()
