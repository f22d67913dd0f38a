"""The mouse, with what pytest-qt's own moves leave out: the button that is held, and modifiers."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton


def drag(widget, places, modifier=Qt.KeyboardModifier.NoModifier):
    """Presses at the first place, moves over the others and lets go at the last."""
    QTest.mousePress(widget, LEFT, modifier, places[0])
    for place in places[1:]:
        move(widget, place, modifier)
    QTest.mouseRelease(widget, LEFT, modifier, places[-1])


def move(widget, place, modifier):
    """Moves with the left button held."""
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        LEFT,
        modifier,
    )
    QApplication.sendEvent(widget, moved)
