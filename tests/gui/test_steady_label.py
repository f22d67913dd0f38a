import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from gui.elided_label import ElidedLabel
from gui.steady_label import SteadyLabel


class Events(QObject):
    """Counts the events of one type that a widget gets."""

    def __init__(self, watched, wanted):
        super().__init__(watched)
        self.count, self._wanted = 0, wanted
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() is self._wanted
        return False


@pytest.fixture
def row(qtbot):
    """A row with room to spare beside what is put into it."""
    made = QWidget()
    qtbot.addWidget(made)
    QHBoxLayout(made).addStretch(1)
    made.resize(400, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


def put(row, label, qtbot):
    row.layout().addWidget(label)
    qtbot.waitUntil(label.isVisible)
    settle()
    return label


def pixels_of(widget):
    image = widget.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


def settle():
    for _ in range(3):
        QApplication.processEvents()


def test_a_text_that_is_no_wider_asks_for_no_layout(row, qtbot):
    label = put(row, SteadyLabel(), qtbot)
    label.setText("E in iteration 9: 0.500001")
    settle()
    layouts = Events(row, QEvent.Type.LayoutRequest)
    label.setText("E in iteration 9: 0.511111")
    label.setText("0.5")
    settle()
    assert label.text() == "0.5"
    assert layouts.count == 0


def test_a_wider_text_gets_its_room_and_keeps_it(row, qtbot):
    label = put(row, SteadyLabel(), qtbot)
    label.setText("0.5")
    settle()
    narrow = label.width()
    label.setText("not computed yet")
    settle()
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()) > narrow
    wide = label.width()
    label.setText("0.5")
    settle()
    assert label.width() == wide
    label.make_room()
    settle()
    assert label.width() == narrow


def test_a_short_text_stands_at_the_right_of_its_room(row, qtbot):
    label = put(row, SteadyLabel(), qtbot)
    label.setText("not computed yet")
    settle()
    label.setText("0.5")
    settle()
    pixels = pixels_of(label)
    inked = np.flatnonzero((pixels != pixels[0, 0]).any(axis=0))
    assert inked[-1] > label.width() - 5
    assert inked[0] > label.width() / 2


def test_a_larger_font_gets_the_room_it_needs(row, qtbot):
    label = put(row, SteadyLabel(), qtbot)
    label.setText("0.5")
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    settle()
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
    assert label.height() >= label.fontMetrics().height()


@pytest.mark.parametrize("make", [SteadyLabel, ElidedLabel])
def test_a_new_text_repaints_the_label_and_nothing_below_it(row, qtbot, make):
    palette = row.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#123456"))
    row.setPalette(palette)
    label = make()
    label.setMinimumWidth(200)
    put(row, label, qtbot)
    set_text = label.setText if make is SteadyLabel else label.set_text
    set_text("not computed yet")
    settle()
    below, own = Events(row, QEvent.Type.Paint), Events(label, QEvent.Type.Paint)
    set_text("0.5")
    qtbot.waitUntil(lambda: own.count > 0)
    assert below.count == 0
    assert pixels_of(row)[label.y(), label.x()] == QColor("#123456").rgb()
