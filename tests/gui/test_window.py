"""The window before there is anything in it, and when it comes."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui import app
from gui.remembered import Remembered
from gui.theme import DARK, LIGHT
from gui.window import MainWindow

pytestmark = pytest.mark.window

# Pixels by which a panel may move when there is something in it.
JUMP = 6


@pytest.fixture
def remembered():
    return Remembered()


@pytest.fixture
def empty(application, qtbot, remembered):
    """Opens a window as a launch does, before it is furnished."""

    def show(size=(1280, 800)):
        window = MainWindow(remembered)
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitSignal(window.painted):
            window.show()
        return window

    return show


def places(window):
    study = window.study
    views = {
        "network": study.network,
        "equation": study.equation,
        "matrices": study.matrices,
        "words": study.words,
        "loss": study.loss,
        "function": study.function,
    }
    return {
        name: QRect(view.mapTo(window, QPoint()), view.size())
        for name, view in views.items()
        if view.isVisible()
    }


def sides(rectangle):
    return rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom()


@pytest.mark.parametrize("experiment_shown", [True, False])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (1600, 1050)])
def test_what_comes_stands_where_the_empty_panels_stood(empty, remembered, size, experiment_shown):
    remembered.experiment_shown = experiment_shown
    window = empty(size)
    stood = window.centralWidget().panels()
    app.furnish(window).filing.open_at_launch(None, None)
    QApplication.processEvents()
    found = places(window)
    assert found.keys() == stood.keys()
    for name, place in found.items():
        for stands, side in zip(sides(stood[name]), sides(place), strict=True):
            assert stands == pytest.approx(side, abs=JUMP), name


class Windows(QObject):
    """Widgets that become windows of the screen."""

    def __init__(self):
        super().__init__()
        self.found = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.WinIdChange and isinstance(watched, QWidget):
            self.found.append(watched)
        return False


def test_nothing_that_is_put_into_a_window_is_one_for_a_moment(empty, qapp, qtbot):
    window, windows = empty(), Windows()
    qapp.installEventFilter(windows)
    app.furnish(window).filing.open_at_launch(None, None)
    qtbot.waitUntil(lambda: window.study.loss.is_installed)
    qapp.removeEventFilter(windows)
    assert windows.found == []


def test_a_key_takes_a_step_as_soon_as_the_window_is_furnished(empty, qtbot):
    window = empty()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    app.furnish(window).filing.open_at_launch(None, None)
    before = window.controller.position
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.controller.position.step == before.step
    assert window.controller.position.element == (1,)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_an_empty_window_has_the_colours_and_the_text_it_is_going_to_have(empty, remembered, theme):
    remembered.theme, remembered.points = theme.name, 12.0
    window = empty()
    image = window.grab().toImage()
    corner = window.centralWidget().panels()["equation"].topLeft()
    assert image.pixelColor(corner).name() == theme.surface
    assert image.pixelColor(corner - QPoint(0, 1)).name() == theme.window
    assert image.pixelColor(2, 2).name() == theme.window
    assert QApplication.font().pointSizeF() == 12.0


def test_an_empty_window_closes_at_once(empty):
    window = empty()
    assert window.close()
    assert not window.isVisible()


def test_an_empty_window_takes_no_wheel_and_no_file(empty, remembered, tmp_path):
    window = empty()
    points = remembered.points
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window, wheel)
    assert remembered.points == points
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    dropped = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dropped.ignore()
    QApplication.sendEvent(window, dropped)
    assert not dropped.isAccepted()


def test_an_empty_window_says_what_it_does_not_have_yet(empty):
    with pytest.raises(AttributeError, match="not furnished yet, and has no study"):
        _ = empty().study
