from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.activations import ACTIVATIONS
from engine.bookmarks import Bookmark
from engine.breakpoints import (
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    NonFiniteMet,
    PhaseEntered,
    Written,
)
from engine.experiment import Layer, Network
from engine.expression import Term
from engine.formats import experiment_json
from engine.optimizers import Adam
from engine.position import Position
from engine.program import Phase
from engine.timeline import Timeline
from gui import theme as themes
from gui.notation import letter_of
from gui.timeline.marks import Change, Failure, Stop
from gui.timeline.places import stops_of
from gui.timeline.symbols import symbol
from gui.views.timeline_bar import TimelineBar


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


def test_a_frame_may_come_before_the_bar_is_laid_out(qtbot):
    made = TimelineBar()
    qtbot.addWidget(made)
    made.show_frame(Timeline(example("2-3-2")).seek(Position(3, 2)))
    assert made.counter_text() == "iteration 3"
    assert not made.grab().isNull()


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
    bar.set_run(40, 15)
    assert bar.counter_text() == "epoch 0 · iteration 0"


def test_the_place_is_described_in_words(bar, qtbot):
    timeline = Timeline(example("2-3-2"))
    bar.show_frame(timeline.frame())
    qtbot.waitUntil(lambda: bar.accessibleDescription().startswith("Start of iteration 0"))
    bar.show_frame(timeline.seek(Position(4, 6)))
    count = len(timeline.program)
    said = f"iteration 4, II Delta, step 7 of {count}: δ of the output layer"
    qtbot.waitUntil(lambda: bar.accessibleDescription() == said)
    assert bar.accessibleName() == "Timeline"


def test_a_click_leaves_the_focus_where_it_is_and_the_height_is_little(bar):
    assert bar.focusPolicy() == Qt.FocusPolicy.TabFocus
    assert 40 <= bar.sizeHint().height() <= 55


@pytest.mark.parametrize("theme", themes.THEMES.values(), ids=themes.THEMES)
@pytest.mark.parametrize("width", [160, 1000])
def test_it_paints_at_any_width_in_either_theme(bar, theme, width):
    bar.set_theme(theme)
    bar.resize(width, bar.height())
    for experiment in (example("2-3-2"), deep()):
        timeline = Timeline(experiment)
        for step in (-1, 0, timeline.program.last):
            bar.show_frame(timeline.seek(Position(0, step)))
            bar.clearFocus()
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
        bar.set_theme(themes.LIGHT)  # So that nothing is kept.
        assert bar.grab().toImage() == kept
        for _ in range(10):
            bar.grab()


class PaintedPlaces(QObject):
    """Collects what a widget was asked to paint again."""

    def __init__(self, widget):
        super().__init__()
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.region = self.region.united(event.region())
        return False


def outside(region, before, after):
    """The first pixel outside of a region that differs, if any does."""
    for y in range(before.height()):
        for x in range(before.width()):
            differs = before.pixel(x, y) != after.pixel(x, y)
            if differs and not region.contains(QPoint(x, y)):
                return x, y
    return None


@pytest.mark.parametrize("width", [300, 900])
def test_only_what_a_step_changes_is_painted_again_and_all_of_it(bar, width):
    bar.resize(width, bar.height())
    bar.clearFocus()
    timeline = Timeline(example("2-3-2"))
    timeline.train(100)
    bar.set_run(100, 1)
    bar.show_frame(timeline.seek(Position(3, 3)))
    places = [Position(40, index) for index in (-1, 0, 1, 4, 5, 13)]
    for position in (*places, Position(41, 13), Position(90, 2), Position(90, -1)):
        frame = timeline.seek(position)
        before = bar.grab().toImage()
        QApplication.processEvents()
        painted = PaintedPlaces(bar)
        bar.show_frame(frame)
        QApplication.processEvents()
        region = QRegion(painted.region)
        assert outside(region, before, bar.grab().toImage()) is None
        area = sum_of_areas(region)
        assert area < bar.width() * bar.height()


def on_screen(bar):
    """What has been painted so far; a grab would paint everything again."""
    QApplication.processEvents()
    return bar.screen().grabWindow(bar.winId()).toImage()


def test_what_is_painted_step_by_step_is_what_is_painted_at_once(bar):
    bar.clearFocus()
    timeline = Timeline(example("2-3-2"))
    timeline.train(100)
    bar.set_run(100, 1)
    bar.show_frame(timeline.seek(Position(3, 3)))
    for _ in range(10):
        bar.grab()
    for position in (*(Position(3, step) for step in range(-1, 13)), Position(60, 4)):
        bar.show_frame(timeline.seek(position))
        shown = on_screen(bar)
        assert shown.convertToFormat(bar.grab().toImage().format()) == bar.grab().toImage()


def test_the_first_frame_paints_all_of_the_bar(bar):
    QApplication.processEvents()
    painted = PaintedPlaces(bar)
    bar.show_frame(Timeline(example("2-3-2")).seek(Position(3, 3)))
    QApplication.processEvents()
    assert sum_of_areas(painted.region) == bar.width() * bar.height()


def sum_of_areas(region):
    return sum(rect.width() * rect.height() for rect in region)


@pytest.fixture
def run_bar(bar):
    """A bar on a run of a thousand iterations, 10 to an epoch, standing in iteration 300."""
    timeline = Timeline(example("2-3-2"))
    timeline.train(1000)
    bar.set_run(1000, 10)
    bar.show_frame(timeline.seek(Position(300, 6)))
    bar.clearFocus()
    return bar


def collected(signal):
    found = []
    signal.connect(found.append)
    return found


def drag(qtbot, bar, places, modifier=Qt.KeyboardModifier.NoModifier):
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(bar, left, pos=places[0])
    for place in places[1:]:
        # qtbot's own move knows neither buttons nor modifiers.
        move(bar, place, modifier)
    qtbot.mouseRelease(bar, left, pos=places[-1])


def move(bar, place, modifier):
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(bar.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        modifier,
    )
    QApplication.sendEvent(bar, event)


@pytest.mark.parametrize("iteration", [0, 137, 300, 1000])
def test_a_click_on_the_run_asks_for_the_iteration_there(qtbot, run_bar, iteration):
    asked = collected(run_bar.iteration_requested)
    qtbot.mouseClick(run_bar, Qt.MouseButton.LeftButton, pos=run_bar.place_of(iteration))
    # About one iteration a pixel.
    assert [abs(found - iteration) <= 1 for found in asked] == [True]
    assert type(asked[0]) is int


def test_a_click_beyond_the_newest_iteration_asks_for_the_newest(qtbot, bar):
    bar.show_frame(Timeline(example("2-3-2")).frame())
    bar.set_run(7, 1)
    asked = collected(bar.iteration_requested)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.place_of(7) + QPoint(60, 0))
    assert asked == [7]


def test_a_drag_along_the_run_asks_once_a_frame_and_always_for_its_end(qtbot, run_bar):
    # A frame that is over only when the drag is.
    run_bar._scrub._frame.setInterval(100_000)
    asked = collected(run_bar.iteration_requested)
    places = [run_bar.place_of(iteration) for iteration in range(100, 900, 8)]
    drag(qtbot, run_bar, places)
    first, last = asked
    assert abs(first - 100) <= 1
    assert abs(last - 892) <= 1


def test_a_drag_that_is_held_still_asks_for_where_it_is(qtbot, run_bar):
    asked = collected(run_bar.iteration_requested)
    qtbot.mousePress(run_bar, Qt.MouseButton.LeftButton, pos=run_bar.place_of(100))
    move(run_bar, run_bar.place_of(500), Qt.KeyboardModifier.NoModifier)
    assert len(asked) == 1
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert abs(asked[1] - 500) <= 1
    qtbot.mouseRelease(run_bar, Qt.MouseButton.LeftButton, pos=run_bar.place_of(500))
    assert len(asked) == 2


def test_after_a_drag_the_mouse_asks_for_nothing(qtbot, run_bar):
    drag(qtbot, run_bar, [run_bar.place_of(100), run_bar.place_of(200)])
    asked = collected(run_bar.iteration_requested)
    qtbot.mouseMove(run_bar, run_bar.place_of(700))
    assert asked == []


def test_a_drag_along_the_ticks_asks_for_steps_of_this_iteration(qtbot, run_bar):
    asked = collected(run_bar.travel_requested)
    drag(qtbot, run_bar, [run_bar.tick_centre(step) for step in (2, 3, 4, 9)])
    assert asked[0] == Position(300, 2)
    assert asked[-1] == Position(300, 9)


def test_at_a_million_iterations_the_exact_one_is_said_and_shift_makes_it_fine(qtbot, run_bar):
    run_bar.set_run(1_000_000, 10)
    asked = collected(run_bar.iteration_requested)
    start = run_bar.place_of(500_000)
    qtbot.mousePress(run_bar, Qt.MouseButton.LeftButton, pos=start)
    first = asked[0]
    assert abs(first - 500_000) < 1000
    tip = "Shift: one iteration a pixel"
    assert run_bar.hint() == f"iteration {first} · epoch {first // 10}\n{tip}"
    for dx in (1, 2, 3):
        move(run_bar, start + QPoint(dx, 0), Qt.KeyboardModifier.ShiftModifier)
    assert run_bar.hint() == f"iteration {first + 3} · epoch {(first + 3) // 10}\n{tip}"
    qtbot.mouseRelease(run_bar, Qt.MouseButton.LeftButton, pos=start + QPoint(3, 0))
    assert asked[-1] == first + 3


def turn(bar, place, notches, modifier=Qt.KeyboardModifier.NoModifier):
    wheel = QWheelEvent(
        QPointF(place),
        QPointF(bar.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(bar, wheel)


def test_the_wheel_goes_one_iteration_or_one_step(run_bar, qtbot):
    iterations, steps = collected(run_bar.iteration_requested), collected(run_bar.travel_requested)
    turn(run_bar, run_bar.place_of(800), 1)
    assert iterations == [301]
    qtbot.waitUntil(lambda: not run_bar._scrub._frame.isActive())
    turn(run_bar, run_bar.tick_centre(1), -2)
    assert steps == [Position(300, 4)]
    qtbot.waitUntil(lambda: not run_bar._scrub._frame.isActive())
    # With Ctrl the window changes the size of texts.
    turn(run_bar, run_bar.tick_centre(1), 1, Qt.KeyboardModifier.ControlModifier)
    assert (len(iterations), len(steps)) == (1, 1)


def test_notches_turned_within_a_frame_add_up(run_bar, qtbot):
    asked = collected(run_bar.iteration_requested)
    run_bar.iteration_requested.connect(
        lambda iteration: run_bar.show_frame(
            Timeline(example("2-3-2")).seek(Position(iteration, 6))
        )
    )
    for _ in range(4):
        turn(run_bar, run_bar.place_of(800), -1)
    qtbot.waitUntil(lambda: asked[-1] == 296)


@pytest.mark.parametrize(
    ("key", "iteration", "position"),
    [
        ("Right", None, Position(300, 7)),
        ("Left", None, Position(300, 5)),
        ("Down", 301, None),
        ("Up", 299, None),
        ("PageDown", 700, None),
        ("PageUp", 120, None),
    ],
)
def test_with_the_focus_alt_and_a_key_travels(qtbot, run_bar, key, iteration, position):
    run_bar.set_bookmarks([Bookmark("late", Position(700, 3)), Bookmark("early", Position(20, 3))])
    run_bar.set_edits([Change(120, "W1")])
    run_bar.setFocus(Qt.FocusReason.TabFocusReason)
    iterations, steps = collected(run_bar.iteration_requested), collected(run_bar.travel_requested)
    qtbot.keyClick(run_bar, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)
    assert iterations == ([] if iteration is None else [iteration])
    assert steps == ([] if position is None else [position])


def test_its_keys_come_before_those_of_the_window_and_no_others_do(run_bar):
    def taken(key, modifier):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        QApplication.sendEvent(run_bar, event)
        return event.isAccepted()

    assert taken(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert not taken(Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)


def test_a_click_on_a_flag_goes_exactly_to_its_bookmark(qtbot, run_bar):
    run_bar.set_run(1_000_000, 10)
    run_bar.set_bookmarks([Bookmark("here", Position(123_456, 2))])
    iterations, asked = collected(run_bar.iteration_requested), collected(run_bar.travel_requested)
    place = run_bar.place_of(123_456)
    qtbot.mouseClick(run_bar, Qt.MouseButton.LeftButton, pos=place + QPoint(2, 0))
    assert asked == [Position(123_456, 2)]
    assert iterations == []


def test_what_is_marked_is_said_where_it_is(qtbot, run_bar):
    run_bar.set_bookmarks([Bookmark("first success", Position(200, 2))])
    run_bar.set_breakpoints(
        [Stop("iteration 400", iteration=400), Stop("epoch 70", iteration=700, enabled=False)]
    )
    run_bar.set_edits([Change(600, "W1[1, 2] = 3")])
    run_bar.set_non_finite(Failure(950, "NaN"))
    for iteration, said in (
        (200, "bookmark: first success"),
        (400, "breakpoint: iteration 400"),
        (700, "breakpoint, switched off: epoch 70"),
        (600, "changed by hand: W1[1, 2] = 3"),
        (950, "NaN from here on"),
    ):
        qtbot.mouseMove(run_bar, run_bar.place_of(iteration))
        assert run_bar.hint().split("\n")[1:] == [said]
    leave(run_bar)
    assert run_bar.hint() == ""


@pytest.mark.parametrize(
    "show",
    [
        lambda bar: bar.set_bookmarks([Bookmark("", Position(500, 2))]),
        lambda bar: bar.set_breakpoints([Stop("500", iteration=500)]),
        lambda bar: bar.set_edits([Change(500, "W1")]),
        lambda bar: bar.set_non_finite(Failure(500, "NaN")),
    ],
    ids=["bookmark", "breakpoint", "edit", "non-finite"],
)
def test_a_mark_is_seen_at_its_iteration_and_gone_when_it_is_taken_away(run_bar, show):
    def around(iteration):
        at = run_bar.place_of(iteration).x()
        image = run_bar.grab().toImage()
        return image.copy(at - 6, 0, 13, run_bar.place_of(iteration).y() * 2)

    without = around(500)
    show(run_bar)
    assert around(500) != without
    for forget in (run_bar.set_bookmarks, run_bar.set_breakpoints, run_bar.set_edits):
        forget([])
    run_bar.set_non_finite(None)
    assert around(500) == without


def test_a_breakpoint_at_a_phase_or_a_step_is_seen_in_its_place(run_bar):
    def red(left, right):
        image = run_bar.grab().toImage()
        colour = QColor(themes.LIGHT.negative)
        rows = range(run_bar.place_of(0).y() * 2 + 1, image.height())
        columns = range(max(left, 0), min(right, image.width()))
        return sum(image.pixelColor(x, y) == colour for x in columns for y in rows)

    tick, first = run_bar.tick_centre(8).x(), run_bar.tick_centre(5).x()
    assert red(0, run_bar.width()) == 0
    run_bar.set_breakpoints([Stop("W1 is written", step=8)])
    assert red(tick - 60, tick + 60) == red(0, run_bar.width()) > 20
    run_bar.set_breakpoints([Stop("II Delta", phase=Phase.DELTA)])
    assert red(first - 80, first) == red(0, run_bar.width()) > 20


@pytest.mark.qt_log_ignore("does not support raise")  # the tooltip, on the offscreen platform
def test_a_breakpoint_on_a_step_is_told_by_its_tooltip(run_bar):
    run_bar.set_breakpoints([Stop("δ of layer 1", step=8)])
    place = run_bar.tick_centre(8)
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, run_bar.mapToGlobal(place))
    QApplication.sendEvent(run_bar, help_event)
    assert QToolTip.text().split("\n")[-1] == "breakpoint: δ of layer 1"
    QToolTip.hideText()


def entries(menu):
    return {action.text().replace("&", ""): action for action in menu.actions()}


def test_the_menu_on_the_run_is_about_the_iteration_there(run_bar):
    run_bar.set_bookmarks([Bookmark("late & long", Position(700, 3))])
    offered = entries(run_bar.menu_at(run_bar.place_of(700)))
    stops, flags = (
        collected(run_bar.iteration_breakpoint_requested),
        collected(run_bar.bookmark_requested),
    )
    removed = collected(run_bar.removal_requested)
    at = next(int(text.split()[-1]) for text in offered if text.startswith("Breakpoint"))
    assert abs(at - 700) <= 1
    offered[f"Breakpoint at iteration {at}"].trigger()
    offered["Add bookmark here…"].trigger()
    offered["Remove the bookmark: late  long"].trigger()
    assert stops == [at]
    assert flags == [Position(at, 6)]
    assert removed == [Bookmark("late & long", Position(700, 3))]


def test_the_menu_on_a_tick_is_about_its_step(qtbot, run_bar):
    stop = Stop("δ of layer 1", step=8)
    run_bar.set_breakpoints([stop])
    offered = entries(run_bar.menu_at(run_bar.tick_centre(8)))
    stops, flags = collected(run_bar.breakpoint_requested), collected(run_bar.bookmark_requested)
    removed = collected(run_bar.removal_requested)
    with qtbot.waitSignal(run_bar.go_to_requested):
        offered["Go to iteration…"].trigger()
    offered["Breakpoint here"].trigger()
    offered["Add bookmark here…"].trigger()
    offered["Remove the breakpoint: δ of layer 1"].trigger()
    assert stops == flags == [Position(300, 8)]
    assert removed == [stop]


def test_a_bookmark_stood_on_is_part_of_the_description(qtbot, run_bar):
    run_bar.set_bookmarks(
        [Bookmark("half way", Position(300, 2)), Bookmark("next", Position(301, 2))]
    )
    run_bar.show_frame(Timeline(example("2-3-2")).seek(Position(300, 5)))
    qtbot.waitUntil(lambda: run_bar.accessibleDescription().endswith("; bookmark: half way"))


def test_the_scale_stands_still_while_a_run_grows_a_little(bar):
    bar.show_frame(Timeline(example("2-3-2")).frame())
    bar.set_run(1010, 1)
    place = bar.place_of(500)
    bar.set_run(1100, 1)
    assert bar.place_of(500) == place
    bar.set_run(1300, 1)
    assert bar.place_of(500) != place


def test_ten_thousand_edits_are_painted_as_fast_as_there_are_pixels(run_bar):
    run_bar.set_edits([Change(index % 1000, "W1") for index in range(10_000)])
    image = run_bar.grab().toImage()
    colours = {image.pixelColor(x, run_bar.place_of(0).y() * 2 - 2).name() for x in range(20, 900)}
    assert themes.LIGHT.accent in colours


@pytest.mark.parametrize(
    ("found", "iterations", "phases", "writes"),
    [
        (IterationReached(7), [7], [None], [None]),
        (EpochReached(3), [30], [None], [None]),
        (PhaseEntered(Phase.UPDATE), [None], [Phase.UPDATE], [None]),
        (LayerEntered(1), [None] * 4, [None] * 4, ["z1", "da1", "dW1", "W1"]),
        (LayerEntered(2, Phase.DELTA), [None], [None], ["da2"]),
        (Written("W2", (0, 1)), [None], [None], ["W2"]),
        (LossBelow(0.1), [None], [None], ["E"]),
        (GradientBelow(0.1), [None], [None], ["db2"]),
        (GradientAbove(0.1, 2), [None], [None], ["db2"]),
        (Misclassified(), [None], [None], ["a2"]),
        (NonFiniteMet(), [], [], []),
    ],
)
def test_a_breakpoint_is_marked_where_it_has_a_place(found, iterations, phases, writes):
    program = Timeline(example("2-3-2")).program
    stops = stops_of(found, "text", program, 10)
    assert [stop.iteration for stop in stops] == iterations
    assert [stop.phase for stop in stops] == phases
    steps = [None if stop.step is None else program.steps[stop.step].writes for stop in stops]
    assert steps == writes
    assert all(stop.source is found and stop.enabled for stop in stops)


def test_a_breakpoint_switched_off_is_marked_as_such():
    program = Timeline(example("2-3-2")).program
    (stop,) = stops_of(Written("W2", enabled=False), "text", program, 10)
    assert not stop.enabled
