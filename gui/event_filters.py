"""What a widget does about an event before Qt does, without overriding `event`.

Where an override of `event` or `viewportEvent` calls Qt on, every paint and key event below it runs
inside of it, and an exception that is raised there ends the program: PySide6 6.11 aborts when it
stores what C code has raised. From below a filter the exception is reported like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, TypeVar
from weakref import WeakMethod

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_Function = TypeVar("_Function", bound=Callable[..., Any])

Handler = Callable[[QEvent], bool]


class _Filter(QObject):
    # What a filter is once the collector has emptied it, while Qt still deletes the widget: deaf.
    _kind: QEvent.Type | None = None
    _handler: Callable[[], Handler | None]

    def __init__(self, widget: QWidget, kind: QEvent.Type, handle: Handler) -> None:
        super().__init__(widget)
        self._kind = kind
        self._handler = _weakly(handle)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != self._kind:
            return False
        handle = self._handler()
        return handle is not None and handle(event)


def _weakly(function: _Function) -> Callable[[], _Function | None]:
    """What gives the function, or None once the object that it is a method of is gone.

    Held strongly, a method of the widget's own would close a cycle: the collector would delete the
    widget at some time, perhaps in the midst of one of its events.
    """
    return WeakMethod(function) if isinstance(function, MethodType) else lambda: function


def on_event(widget: QWidget, kind: QEvent.Type, handle: Handler) -> None:
    """Calls `handle` with every event of a kind; where it returns True, Qt does no more."""
    _Filter(widget, kind, handle)


def keep_keys(widget: QWidget, is_kept: Callable[[QKeyEvent], bool]) -> None:
    """Keeps keys for the widget that shortcuts of the window would take while it has the focus."""
    kept = _weakly(is_kept)

    def keep(event: QEvent) -> bool:
        is_ours = kept()
        if isinstance(event, QKeyEvent) and is_ours is not None and is_ours(event):
            event.accept()
            return True
        return False

    on_event(widget, QEvent.Type.ShortcutOverride, keep)
