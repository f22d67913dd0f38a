"""What is shown after any journey is what a fresh window shows at that place, to the last bit."""

from dataclasses import replace
from random import Random

import pytest
from PySide6.QtCore import QPoint

from engine.position import START
from tests.gui.fresh import assert_as_fresh, look_alike
from tests.gui.mouse import drag
from tests.gui.test_main_window import press, shown

pytestmark = pytest.mark.window

MOVES = 60
COMPARED_EVERY = 4
STEPS = ("Right", "Left", "Ctrl+Right", "Ctrl+Left", "PgDown", "PgUp", "Home", "End")
PLACES = ("Ctrl+[", "Ctrl+]", "F8", "Shift+F8", "Ctrl+J", "Ctrl+B")
CHANGES = ("Ctrl+Z", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+R", "Ctrl+Shift+R")


class Traveller:
    """Goes about in the run of one window, at random, and remembers how."""

    def __init__(self, qtbot, window, random):
        self.qtbot, self.window, self.random = qtbot, window, random
        self.moves = []
        self.press("F9")  # So that a search finds something.
        window._set_speed(60)

    def move(self):
        doing = self.random.choices(
            (self._step, self._go, self._run, self._train, self._scrub_iterations,
             self._scrub_steps, self._scrub_losses, self._edit, self._undo, self._to_bookmark,
             self._rest),
            (10, 4, 2, 2, 3, 3, 3, 2, 2, 1, 6),
        )[0]  # fmt: skip
        doing()
        self.qtbot.waitUntil(lambda: self.window.playback.is_stopped)

    def press(self, key):
        self.moves.append(key)
        press(self.qtbot, self.window, key)

    def _step(self):
        self.press(self.random.choice("123456"))
        self.press(self.random.choice(STEPS))

    def _rest(self):
        """Looks at a Step for as long as the next one takes to be drawn ahead, then takes it."""
        self.qtbot.waitUntil(lambda: self.window.foresight.is_done)
        self.press(self.random.choice(("Right", "Right", "Left")))

    def _go(self):
        self.press(self.random.choice(PLACES))

    def _undo(self):
        self.press(self.random.choice(CHANGES))

    def _run(self):
        """Runs a few steps, forward or backward."""
        before = self.window.controller.position
        self.press(self.random.choice(("Space", "Shift+Space")))
        self.qtbot.waitUntil(
            lambda: self.window.controller.position != before or self.window.playback.is_stopped
        )
        self.window.playback.stop()

    def _train(self):
        before = self.window.controller.completed
        self.press("Ctrl+T")
        self.qtbot.waitUntil(
            lambda: self.window.controller.completed > before or self.window.playback.is_stopped
        )
        self.window.playback.stop()

    def _scrub_iterations(self):
        bar, newest = self.window.study.timeline_bar, self.window.controller.newest.iteration
        self._drag(bar, [bar.place_of(self.random.randint(0, newest)) for _ in range(4)])

    def _scrub_steps(self):
        bar = self.window.study.timeline_bar
        steps = len(self.window.controller.moment().frame.program)
        self._drag(bar, [bar.tick_centre(self.random.randrange(steps)) for _ in range(4)])

    def _scrub_losses(self):
        loss, known = self.window.study.loss, len(self.window.controller.moment().losses)
        if known:
            self._drag(
                loss.viewport(), [loss.place_of(self.random.randrange(known)) for _ in range(4)]
            )

    def _drag(self, widget, places):
        room = widget.rect()
        self.moves.append(f"drag {[(place.x(), place.y()) for place in places]}")
        drag(widget, [QPoint(min(each.x(), room.right()), each.y()) for each in places])

    def _edit(self):
        what, element = self.random.choice(
            (("learning_rate", ()), ("W1", (0, 1)), ("W2", (0, 0)), ("input", (0, 0)))
        )
        value = self.random.choice((0.0, 0.25, -1.5, 3.0))
        self.moves.append(f"{what}{element} = {value}")
        self.window._edit(what, element, value)

    def _to_bookmark(self):
        menu = self.window.bookmarks_menu
        menu.aboutToShow.emit()
        self.moves.append("bookmark")
        menu.actions()[0].trigger()


def said(window):
    """Every word and number about the place."""
    matrices = window.study.matrices
    cells = [
        matrices.text_at(number, row, column)
        for number, operand in enumerate(matrices.operands)
        for row in range(min(3, len(operand.values)))
        for column in range(3)
    ]
    return (*shown(window), matrices.shapes_text(), cells, window.study.sample_chooser.text())


def painted(window):
    """The network, the matrices and the words, pixel by pixel."""
    study = window.study
    return [view.grab().toImage() for view in (study.network, study.matrices, study.words)]


@pytest.mark.parametrize(("example", "seed"), [("2-3-2", 1), ("xor", 2), ("iris", 3)])
def test_any_journey_ends_in_what_a_fresh_window_shows(
    qtbot, open_window, monkeypatch, example, seed
):
    window, fresh = open_window(example), open_window(example)
    random = Random(seed)
    monkeypatch.setattr("gui.dialogs.ask_iteration", lambda *_: random.choice((0, 3, 57)))
    monkeypatch.setattr("gui.dialogs.ask_name", lambda *_: "here")
    traveller = Traveller(qtbot, window, random)
    for move in range(MOVES):
        traveller.move()
        if move % COMPARED_EVERY == 0:
            controller = window.controller
            fresh.controller.start(replace(controller.experiment, position=START))
            fresh.study.set_sample(window.study.sample)
            fresh.controller.seek(controller.position)
            assert said(window) == said(fresh), traveller.moves
            # Splitters may share a pixel in another way.
            pairs = zip(painted(window), painted(fresh), strict=True)
            for one, other in (pair for pair in pairs if pair[0].size() == pair[1].size()):
                assert look_alike([one], [other]), traveller.moves
            assert_as_fresh(controller)
    assert window.told == []
