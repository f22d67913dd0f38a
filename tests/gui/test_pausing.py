"""Breakpoints and divergence in the real window: where a run stops, and what is said."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt

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
from engine.position import START, Position
from engine.program import Granularity, Phase
from engine.timeline import Timeline
from gui.playback import Mode
from tests.examples import FOLDER
from tests.gui.test_main_window import press

pytestmark = pytest.mark.window


def wait(qtbot, window):
    qtbot.waitUntil(lambda: window.playback.is_stopped, timeout=20000)


class Walk:
    """Every stop of a run by units, one after another, and what was computed before each."""

    def __init__(self, experiment, iterations):
        timeline = Timeline(replace(experiment, position=START, breakpoints=()))
        self.frames = []
        while timeline.position.iteration < iterations:
            self.frames.append(timeline.forward(Granularity.UNIT))
        self.per_epoch = timeline.batches.per_epoch

    def places(self, holds):
        """Where a condition holds, which is asked of two neighbouring frames."""
        pairs = zip([None, *self.frames[:-1]], self.frames, strict=True)
        return [frame.position for before, frame in pairs if holds(before, frame)]

    def crossings(self, names, holds):
        """The last stop of the last of some quantities, where something comes to hold of them."""
        ends = [
            frame
            for frame, after in pairwise(self.frames)
            if frame.step.writes == names[-1] and after.step.writes != names[-1]
        ]
        held = [False, *(holds([frame.after[name] for name in names]) for frame in ends)]
        came = zip(held[:-1], held[1:], ends, strict=True)
        return [frame.position for before, now, frame in came if now and not before]


def entered(of):
    """Holds at a stop of which something is so that was not so of the stop before."""
    return lambda before, frame: of(frame) and not (before is not None and of(before))


def norm(arrays):
    return float(np.linalg.norm(np.concatenate([array.ravel() for array in arrays])))


GRADIENTS = ("dW1", "db1", "dW2", "db2")

# What stops a run, and where that is as told by walking through all of it.
KINDS = [
    (
        PhaseEntered(Phase.GRADIENT),
        lambda walk: walk.places(entered(lambda frame: frame.phase is Phase.GRADIENT)),
    ),
    (
        LayerEntered(1, Phase.DELTA),
        lambda walk: walk.places(entered(lambda f: f.phase is Phase.DELTA and f.step.layer == 1)),
    ),
    (
        LayerEntered(2),
        lambda walk: walk.places(
            lambda before, frame: (
                frame.step.layer == 2
                and (before is None or (before.phase, before.step.layer) != (frame.phase, 2))
            )
        ),
    ),
    (
        Written("W2", (1, 2)),
        # Weights are written a unit at a time here: the second unit's.
        lambda walk: walk.places(
            lambda _, frame: frame.step.writes == "W2" and frame.position.element == (1,)
        ),
    ),
    (
        Written("delta1", (1,)),
        lambda walk: walk.places(
            lambda _, frame: frame.step.writes == "delta1" and frame.position.element == (1,)
        ),
    ),
    (LossBelow(0.009), lambda walk: walk.crossings(["E"], lambda arrays: arrays[0] < 0.009)),
    (
        GradientBelow(0.045),
        lambda walk: walk.crossings(GRADIENTS, lambda arrays: norm(arrays) < 0.045),
    ),
    (
        GradientAbove(0.05, 2),
        lambda walk: walk.crossings(GRADIENTS[2:], lambda arrays: norm(arrays) > 0.05),
    ),
    (
        IterationReached(7),
        lambda walk: walk.places(entered(lambda frame: frame.position.iteration == 7)),
    ),
    (
        EpochReached(3),
        lambda walk: walk.places(
            entered(lambda frame: frame.position.iteration == 3 * walk.per_epoch)
        ),
    ),
    (
        Misclassified(),
        lambda walk: walk.places(
            lambda _, frame: (
                frame.step.writes == "a2"
                and frame.position.element == (frame.after["a2"].shape[0] - 1,)
                and (frame.after["a2"].argmax(axis=0) != frame.after["t"].argmax(axis=0)).any()
            )
        ),
    ),
    (
        NonFiniteMet(),
        lambda walk: walk.places(
            lambda _, frame: not np.isfinite(frame.after[frame.step.writes]).all()
        )[:1],
    ),
]
WALKED = 30


@pytest.fixture
def at_start_of(qtbot, open_window, tmp_path):
    """A window at the start of a run that has what a kind stops at, and a walk through that run."""

    def open_for(stop):
        if isinstance(stop, NonFiniteMet):
            window = open_window(path=wild_file(tmp_path))
        else:
            window = open_window("iris" if isinstance(stop, Misclassified) else "2-3-2")
        press(qtbot, window, "Home", "2")
        window._set_speed(60.0)
        with np.errstate(all="ignore"):
            return window, Walk(window.controller.experiment, WALKED)

    return open_for


each_kind = pytest.mark.parametrize(("stop", "told"), KINDS, ids=[each.kind for each, _ in KINDS])


@each_kind
def test_a_search_finds_a_breakpoint_of_every_kind_forward_and_backward(
    qtbot, at_start_of, stop, told
):
    window, walk = at_start_of(stop)
    expected = told(walk)[:3]
    window.pausing.set_all((stop,))
    for place in expected:
        press(qtbot, window, "F8")
        wait(qtbot, window)
        assert window.controller.position == place
        assert window.hint_text().startswith("stopped: ")
    beyond = expected[-1].iteration + 4
    window.controller.seek(Position(beyond))
    there = [place for place in told(walk) if place.iteration < beyond]
    for place in reversed(there[-3:]):
        press(qtbot, window, "Shift+F8")
        wait(qtbot, window)
        assert window.controller.position == place
        assert window.hint_text().startswith("stopped: ")


@each_kind
@pytest.mark.parametrize("granularity", "25")
def test_a_run_by_the_clock_stops_at_a_breakpoint_of_every_kind_forward_and_backward(
    qtbot, at_start_of, stop, told, granularity
):
    window, walk = at_start_of(stop)
    places = told(walk)
    # From just before it and from just after it: a whole run by units would take a minute.
    start = max(places[0].iteration - 1, 0)
    window.pausing.set_all((stop,))
    window.controller.seek(Position(start))
    press(qtbot, window, granularity, "Space")
    wait(qtbot, window)
    first = next(place for place in places if place.iteration >= start)
    assert_stopped_at(window, first, granularity)
    press(qtbot, window, "3", *["Right"] * 3, granularity)
    here = step_of(window.controller.position)
    press(qtbot, window, "Shift+Space")
    wait(qtbot, window)
    last = [place for place in places if step_of(place) < here][-1]
    assert_stopped_at(window, last, granularity)


def step_of(position):
    return position.iteration, position.step


def assert_stopped_at(window, place, granularity):
    """By units, at the very unit; in larger steps, at the Step that is stood on as a whole."""
    here = window.controller.position
    assert here == place if granularity == "2" else step_of(here) == step_of(place)
    assert window.hint_text().startswith("stopped: ")


@each_kind
def test_training_at_full_speed_stops_at_a_breakpoint_of_every_kind(qtbot, at_start_of, stop, told):
    window, walk = at_start_of(stop)
    window.pausing.set_all((stop,))
    press(qtbot, window, "Ctrl+T")
    wait(qtbot, window)
    assert window.controller.position == told(walk)[0]


def test_running_by_the_clock_stops_at_the_very_stop_and_not_beyond(qtbot, window):
    press(qtbot, window, "Home", "4")  # By phase: the breakpoint lies within a step.
    window.pausing.set_all((Written("delta2", (1,)),))
    window._set_speed(60.0)
    press(qtbot, window, "Space")
    wait(qtbot, window)
    assert window.controller.moment().frame.step.writes == "delta2"
    # What lies ahead has been looked at, and is still ahead.
    assert window.controller.newest == window.controller.position
    assert len(window.controller.moment().losses) == 1


def test_training_at_full_speed_stops_at_a_breakpoint(qtbot, window):
    window.pausing.set_all((IterationReached(400),))
    press(qtbot, window, "Ctrl+T")
    assert window.playback.mode is Mode.TRAINING
    wait(qtbot, window)
    assert window.controller.position.iteration == 400


def test_a_breakpoint_that_is_switched_off_stops_nothing(qtbot, window):
    window.pausing.set_all((IterationReached(5, enabled=False), IterationReached(9)))
    press(qtbot, window, "F8")
    wait(qtbot, window)
    assert window.controller.position.iteration == 9


def test_a_search_that_finds_nothing_can_be_stopped_at_once(qtbot, window):
    window.pausing.set_all((LossBelow(-1.0),))
    press(qtbot, window, "F8")
    qtbot.waitUntil(lambda: window.controller.completed > 300)
    press(qtbot, window, "Space")
    assert window.playback.is_stopped


def test_f9_sets_a_breakpoint_at_what_is_computed_here_and_takes_it_away(qtbot, window):
    press(qtbot, window, "F9")
    assert window.controller.experiment.breakpoints == (Written("delta2", (0,)),)
    press(qtbot, window, "PgDown", "F8")
    wait(qtbot, window)
    assert window.controller.position.element == (0,)
    press(qtbot, window, "F9")
    assert window.controller.experiment.breakpoints == ()


def test_run_to_here_comes_back_to_this_step_in_the_next_iteration(qtbot, window):
    here = window.controller.position
    press(qtbot, window, "Ctrl+F10")
    wait(qtbot, window)
    there = window.controller.position
    assert (there.iteration, there.step, there.element) == (
        here.iteration + 1,
        here.step,
        here.element,
    )


def test_breakpoints_are_added_switched_and_removed_in_their_list(qtbot, window):
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    dialog.kind.setCurrentIndex(dialog.kind.findText("An iteration"))
    field = dialog.forms[dialog.kind.currentIndex()].count
    field.selectAll()
    qtbot.keyClicks(field, "12")
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert window.controller.experiment.breakpoints == (IterationReached(12),)
    dialog.listed.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert window.controller.experiment.breakpoints == (IterationReached(12, enabled=False),)
    dialog.listed.setFocus()
    qtbot.keyClick(dialog.listed, Qt.Key.Key_Delete)
    assert window.controller.experiment.breakpoints == ()


@pytest.mark.parametrize(
    ("typed", "iteration", "reason"),
    [
        ("1e3", 1000, ""),
        ("2e9", None, "Iteration: 2000000000, but it has to be from 0 to 1000000000"),
        ("0.5", None, "Iteration: 0.5, but it has to be a whole number"),
    ],
)
def test_the_number_of_an_iteration_is_taken_as_typed_or_refused_beside_the_field(
    qtbot, window, typed, iteration, reason
):
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    dialog.kind.setCurrentIndex(dialog.kind.findText("An iteration"))
    form = dialog.forms[dialog.kind.currentIndex()]
    form.count.selectAll()
    qtbot.keyClicks(form.count, typed)
    assert form.reason.text() == reason
    assert form.reason.isVisible() is bool(reason)
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    expected = () if iteration is None else (IterationReached(iteration),)
    assert window.controller.experiment.breakpoints == expected


@each_kind
def test_a_run_goes_on_until_anything_once_without_a_breakpoint(qtbot, at_start_of, stop, told):
    window, walk = at_start_of(stop)
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    show_in_form(dialog, stop)
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    wait(qtbot, window)
    assert window.controller.position == told(walk)[0]
    assert window.controller.experiment.breakpoints == ()


def show_in_form(dialog, stop):
    """As if a person had chosen the kind and filled its fields."""
    place = next(at for at, form in enumerate(dialog.forms) if form.kind is type(stop))
    dialog.kind.setCurrentIndex(place)
    dialog.forms[place].show_breakpoint(stop)


@each_kind
def test_a_breakpoint_chosen_in_the_list_is_shown_in_its_form(qtbot, window, stop, told):
    window.pausing.set_all((IterationReached(3), stop))
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    assert dialog.forms[dialog.kind.currentIndex()].made() == IterationReached(3)
    dialog.listed.setFocus()
    qtbot.keyClick(dialog.listed, Qt.Key.Key_Down)
    assert dialog.forms[dialog.kind.currentIndex()].made() == stop


def test_a_breakpoint_is_changed_in_the_list_and_stays_switched_off(qtbot, window):
    window.pausing.set_all((EpochReached(2), LossBelow(0.5, enabled=False), EpochReached(4)))
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    dialog.listed.setFocus()
    qtbot.keyClick(dialog.listed, Qt.Key.Key_Down)
    field = dialog.forms[dialog.kind.currentIndex()].value
    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    qtbot.mouseClick(dialog.change, Qt.MouseButton.LeftButton)
    changed = (EpochReached(2), LossBelow(0.25, enabled=False), EpochReached(4))
    assert window.controller.experiment.breakpoints == changed
    dialog.listed.setFocus()
    qtbot.keyClick(dialog.listed, Qt.Key.Key_Delete)
    # The one that is chosen now, and not the one taken away, is what can be changed.
    assert dialog.forms[dialog.kind.currentIndex()].made() == EpochReached(4)


@each_kind
def test_a_breakpoint_of_every_kind_is_saved_and_opened_again(
    qtbot, window, monkeypatch, tmp_path, stop, told
):
    file = tmp_path / "own.gradwalk.json"
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: file)
    window.pausing.set_all((stop, IterationReached(3, enabled=False)))
    press(qtbot, window, "Ctrl+S")
    window.filing.open_example("xor")
    assert window.controller.experiment.breakpoints == ()
    window.filing.open_file(file)
    assert window.controller.experiment.breakpoints == (stop, IterationReached(3, enabled=False))


@pytest.mark.parametrize("index", range(10))
def test_every_form_makes_a_breakpoint(qtbot, window, index):
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    dialog.kind.setCurrentIndex(index)
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert len(window.controller.experiment.breakpoints) == 1, dialog.problem.text()
    assert dialog.listed.item(0).text()


def test_a_negative_norm_is_refused_beside_the_form(qtbot, window):
    press(qtbot, window, "Ctrl+F9")
    dialog = window._breakpoints
    dialog.kind.setCurrentIndex(4)
    field = dialog.forms[4].value
    field.selectAll()
    qtbot.keyClicks(field, "-1")
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert "not below 0" in dialog.problem.text()
    assert window.controller.experiment.breakpoints == ()


def wild_file(folder):
    value = json.loads((FOLDER / "sine.gradwalk.json").read_text(encoding="utf-8"))
    value["optimizer"]["learning_rate"] = 1e200
    file = folder / "wild.gradwalk.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


@pytest.fixture
def wild(open_window, tmp_path):
    return open_window(path=wild_file(tmp_path))


def offer(window, words):
    return next(each for each in window.notices.offers() if words in each.text())


def test_a_run_that_leaves_the_numbers_pauses_and_is_explained(qtbot, wild):
    press(qtbot, wild, "Ctrl+T")
    qtbot.waitUntil(lambda: bool(wild.notices.sentence))
    assert wild.playback.is_stopped
    assert "iteration" in wild.notices.sentence
    assert "∞" in wild.notices.sentence
    assert "by E = " in wild.notices.sentence
    assert wild.controller.moment().frame.step.writes == "E"


@pytest.mark.parametrize("granularity", "1245")
def test_running_by_the_clock_pauses_at_the_first_of_it_however_large_its_steps(
    qtbot, wild, granularity
):
    press(qtbot, wild, "PgDown", granularity)
    wild._set_speed(60.0)
    press(qtbot, wild, "Space")
    wait(qtbot, wild)
    assert wild.controller.position == Position(1, 4)  # E: all of the first iteration is finite.
    assert "by E = " in wild.notices.sentence
    assert wild.controller.newest == wild.controller.position


@pytest.mark.parametrize("keys", [["F8"], ["Ctrl+T"], ["PgDown"] * 3], ids=lambda each: each[0])
def test_it_is_explained_however_one_came_to_it(qtbot, wild, keys):
    wild.pausing.set_all((NonFiniteMet(),))
    press(qtbot, wild, *keys)
    wait(qtbot, wild)
    assert "iteration 1: error E" in wild.notices.sentence
    assert "by E = " in wild.notices.sentence
    assert wild.controller.moment().non_finite.quantity == "E"
    qtbot.mouseClick(offer(wild, "Step back"), Qt.MouseButton.LeftButton)
    assert wild.controller.position == Position(1, 3)
    after = wild.controller.moment().frame.after
    assert all(np.isfinite(array).all() for array in after.values())
    assert wild.notices.sentence == ""


def test_what_was_read_and_dismissed_is_not_told_again_at_every_step(qtbot, wild):
    press(qtbot, wild, *["PgDown"] * 3)
    wild.notices.dismiss()
    press(qtbot, wild, "PgDown", "Right", "Left")
    assert wild.notices.sentence == ""
    press(qtbot, wild, "Home", "PgDown", "PgDown")
    assert wild.notices.sentence != ""


def test_stepping_back_to_the_last_finite_state_is_one_click(qtbot, wild):
    press(qtbot, wild, "Ctrl+T")
    qtbot.waitUntil(lambda: bool(wild.notices.sentence))
    qtbot.mouseClick(offer(wild, "Step back"), Qt.MouseButton.LeftButton)
    assert wild.controller.moment().frame.non_finite is None
    assert wild.notices.sentence == ""


def test_starting_over_with_a_lower_rate_is_one_click_and_can_be_undone(qtbot, wild):
    press(qtbot, wild, "Ctrl+T")
    qtbot.waitUntil(lambda: bool(wild.notices.sentence))
    qtbot.mouseClick(offer(wild, "Start over"), Qt.MouseButton.LeftButton)
    assert wild.controller.settings.optimizer.learning_rate == 0.1
    assert wild.controller.position.iteration == 0
    press(qtbot, wild, *["PgDown"] * 5)
    assert wild.notices.sentence == ""
    press(qtbot, wild, "Ctrl+Z")
    assert wild.controller.settings.optimizer.learning_rate == 1e200


def test_a_hint_names_units_that_stay_alike(qtbot, open_window, tmp_path):
    value = json.loads((FOLDER / "xor.gradwalk.json").read_text(encoding="utf-8"))
    value["network"]["layers"][0]["weights"] = [[0.5, 0.5], [0.5, 0.5]]
    value["network"]["layers"][0]["biases"] = [0.0, 0.0]
    file = tmp_path / "alike.gradwalk.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    window = open_window(path=file)
    qtbot.waitUntil(lambda: "same weights" in window._learning.text())


def test_the_status_bar_shows_what_the_history_takes(qtbot, window):
    assert window._memory.text() == "0.0/32 MB"
    window.controller.train(200_000)
    window.controller.announce()
    assert window._memory.text() != "0.0/32 MB"


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (("learning_rate", (), 0.125), "learning rate = 0.125"),
        (("W1.learning_rate", (), 0.125), "learning rate of W1 = 0.125"),
        (("b2.learning_rate", (2,), 0.0), "learning rate of bias b of unit 3 of layer 2 = 0.0"),
        (("class", (3,), 1), "class of sample 4 = 1"),
        (("input", (0, 2), 0.5), "input 3 of sample 1 = 0.5"),
        (("W1", (0, 1), 0.5), "w from unit 2 of layer 0 to unit 1 of layer 1 = 0.5"),
    ],
)
def test_an_edit_is_called_by_what_it_changed_on_the_timeline(open_window, edit, text):
    window = open_window("iris")
    window._edit(*edit)
    assert [each.text for each in window.study.timeline_bar._run.marks.changes] == [text]


def test_the_status_bar_shows_it_growing_while_training_goes_on(qtbot, window):
    press(qtbot, window, "Home", "Ctrl+T")
    qtbot.waitUntil(lambda: window._memory.text() not in ("0.0/32 MB", ""), timeout=20000)
    assert window.playback.mode is Mode.TRAINING
    window.playback.stop()
