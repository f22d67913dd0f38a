from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from engine.formats import experiment_json
from engine.position import Position
from engine.timeline import Timeline
from gui.numbers import NumberFormat
from gui.sentences import Names, sentence
from gui.views.words import WordsView


@pytest.fixture
def timeline():
    return Timeline(experiment_json.read(Path("resources/examples/xor.gradwalk.json")))


@pytest.fixture
def view(qtbot):
    made = WordsView()
    qtbot.addWidget(made)
    made.resize(320, 160)
    made.show()
    return made


def test_the_sentence_of_the_frame_is_shown(view, timeline):
    assert view.text() == ""
    frame = timeline.seek(Position(0, 0, (1,)))
    view.show_frame(frame)
    assert view.text() == sentence(frame, NumberFormat(), Names())
    assert view.accessibleDescription() == view.text()


def test_digits_names_and_sample_change_the_sentence(view, timeline):
    frame = timeline.seek(Position(0, 3, (0,)))
    view.show_frame(frame)
    view.set_numbers(NumberFormat(3))
    view.set_names(Names(target_names=("answer",)))
    view.set_sample(2)
    assert view.text() == sentence(frame, NumberFormat(3), Names((), ("answer",)), 2)
    assert "output answer" in view.text()
    assert "sample 3 of 4" in view.text()


def drag(qtbot, view, start, end):
    viewport, left = view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=start)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(end), QPointF(end), Qt.MouseButton.NoButton, left,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewport, moved)
    qtbot.mouseRelease(viewport, left, pos=end)


def below_the_text(view):
    return view.line_rects()[-1].bottomRight() + QPoint(20, 20)


def pixels_of(view):
    image = view.viewport().grab().toImage()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


def test_the_text_wraps_and_can_be_selected(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    lines, before = view.line_rects(), pixels_of(view)
    assert len(lines) > 1
    assert all(view.viewport().rect().contains(line) for line in lines)
    drag(qtbot, view, lines[0].topLeft(), lines[0].bottomRight() + QPoint(50, -2))
    assert view.selected_text().startswith("Pre-activation")
    assert view.text().startswith(view.selected_text())
    assert view.selected_text() != view.text()
    marked = pixels_of(view) != before
    assert marked[: lines[0].bottom()].any()
    assert not marked[lines[1].top() + 2 :].any()
    drag(qtbot, view, QPoint(1, 1), below_the_text(view))
    assert view.selected_text() == view.text()


@pytest.mark.parametrize("width", range(300, 480, 20))
def test_no_line_ends_in_the_middle_of_an_equation(view, timeline, width):
    view.resize(width, 400)
    wrapped = 0
    for step in timeline.program.steps:
        for element in ((), (0,)) if step.writes != "E" else ((),):
            view.show_frame(timeline.seek(Position(0, step.index, element)))
            assert "".join(view.lines()) == view.text()
            *earlier, _ = view.lines()
            wrapped += len(earlier)
            for line in earlier:
                assert not line.rstrip().endswith(("=", "/")), line
    assert wrapped > 20


def test_a_double_click_selects_a_word(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    second = view.text().split()[1]
    start = view.line_rects()[0].left()
    ahead = QFontMetricsF(view.text_font()).horizontalAdvance(view.text().split()[0] + " ")
    at = QPoint(round(start + ahead) + 4, view.line_rects()[0].center().y())
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.selected_text() == second


def test_another_sentence_has_nothing_selected(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    drag(qtbot, view, QPoint(1, 1), below_the_text(view))
    view.show_frame(timeline.seek(Position(0, 1, (1,))))
    assert view.selected_text() == ""


def test_another_sentence_asks_for_no_layout_of_what_is_around(qtbot, view, timeline):
    class Watch(QObject):
        asked = ()

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.LayoutRequest:
                self.asked += (watched,)
            return False

    around = QWidget()
    qtbot.addWidget(around)
    QVBoxLayout(around).addWidget(view)
    around.resize(420, 400)
    around.show()
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    QApplication.processEvents()
    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    before = pixels_of(view)
    view.show_frame(timeline.seek(Position(0, 1, (1,))))
    QApplication.processEvents()
    QApplication.instance().removeEventFilter(watch)
    view.setParent(None)  # Or it would be deleted with what is around it, and once more.
    assert watch.asked == ()
    assert not np.array_equal(pixels_of(view), before)


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space])
def test_step_keys_are_left_to_the_window(view, timeline, key):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    assert view.focusPolicy() == Qt.FocusPolicy.TabFocus
    for each in (view, view.viewport()):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(each, event)
        assert not event.isAccepted()


def test_a_click_takes_no_focus_and_selects_nothing(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    view.clearFocus()
    before = pixels_of(view)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert not view.hasFocus()
    assert not view.viewport().hasFocus()
    assert np.array_equal(pixels_of(view), before)


def test_what_has_no_room_is_scrolled_to(qtbot, view, timeline):
    bar = view.verticalScrollBar()
    view.resize(320, 300)
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    QApplication.processEvents()
    assert not bar.maximum()
    view.resize(320, 40)
    QApplication.processEvents()
    assert bar.maximum()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert bar.value() > 0
    bar.setValue(bar.maximum())
    assert view.line_rects()[-1].bottom() <= view.viewport().rect().bottom()
    assert view.line_rects()[-1].right() <= view.viewport().rect().right()
    view.show_frame(timeline.seek(Position(0, 1, (1,))))
    assert bar.value() == 0


def test_a_handle_shows_that_there_is_more_and_scrolls_when_dragged(qtbot, view, timeline):
    def painted_at_the_right():
        within_the_frame = pixels_of(view)[1:-1, right]
        return within_the_frame != view.palette().color(QPalette.ColorRole.Base).rgb()

    view.resize(320, 300)
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    right = view.viewport().width() - 5
    assert not painted_at_the_right().any()
    view.resize(320, 60)
    assert painted_at_the_right()[:8].any()
    assert not painted_at_the_right()[-8:].any()
    drag(qtbot, view, QPoint(right, 10), QPoint(right, 400))
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    assert painted_at_the_right()[-8:].any()
    assert view.selected_text() == ""
    drag(qtbot, view, QPoint(20, 20), QPoint(120, 20))
    assert view.selected_text() != ""
    assert bar.value() == bar.maximum()


def test_copying_takes_the_whole_sentence_or_what_is_selected(qtbot, view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    copy = Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, *copy)
    assert QApplication.clipboard().text() == view.text()
    line = view.line_rects()[0]
    drag(qtbot, view, line.topLeft(), line.center())
    qtbot.keyClick(view, *copy)
    assert QApplication.clipboard().text() == view.selected_text()
    assert 0 < len(view.selected_text()) < len(view.text())
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, *copy)
    assert QApplication.clipboard().text() == view.text()


def test_the_text_grows_with_the_window(view, timeline):
    view.show_frame(timeline.seek(Position(0, 0, (1,))))
    size, height = view.text_font().pointSizeF(), view.line_rects()[0].height()
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert view.text_font().pointSizeF() == pytest.approx(2 * size)
    assert view.line_rects()[0].height() == pytest.approx(2 * height, abs=3)
