"""Going places: iterations by number, bookmarks, and back and forward among the places visited."""

from __future__ import annotations

from dataclasses import astuple
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from engine.bookmarks import Bookmark
from engine.limits import MAX_BOOKMARK_NAME, MAX_BOOKMARKS, MAX_ITERATIONS
from engine.position import Position
from gui import dialogs
from gui.controller import Controller
from gui.plain_text import plain
from gui.translation import tr

_MOST_PLACES = 100
# Where a drag or a turn of the wheel only passes through, nobody wants to go back to.
_STAYED_SECONDS = 0.5


class Journey(QObject):
    """Knows where one has been, and asks to go there.

    travel_requested: a Position. changed: other places can be gone back or forward to.
    """

    travel_requested = Signal(object)
    changed = Signal()

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._window = controller, window
        self._behind: list[Position] = []
        self._ahead: list[Position] = []
        self._returning = False
        self._jumping, self._jumped_at = False, -_STAYED_SECONDS
        controller.moment_changed.connect(self._arrived)

    # Places visited

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place that was left by a jump."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether one has gone back."""
        return bool(self._ahead)

    def forget(self) -> None:
        """Another experiment is open."""
        self._behind, self._ahead = [], []
        self.changed.emit()

    def leave(self) -> None:
        """Notes the place stood on, which is about to be left by a jump.

        Unless one came there by a jump just now: then it is passed through.
        """
        here, is_passing = self._controller.position, self._is_passing()
        self._jumping = not self._returning
        if self._returning or is_passing or (self._behind and self._behind[-1] == here):
            return
        self._behind = [*self._behind[1 - _MOST_PLACES :], here]
        self._ahead = []
        self.changed.emit()

    def _is_passing(self) -> bool:
        return monotonic() - self._jumped_at < _STAYED_SECONDS

    def _arrived(self, _moment: object) -> None:
        self._jumped_at = monotonic() if self._jumping else -_STAYED_SECONDS
        self._jumping = False

    def back(self) -> None:
        """To the place that was left last."""
        self._return(self._behind, self._ahead)

    def forward(self) -> None:
        """To the place that was gone back from."""
        self._return(self._ahead, self._behind)

    def _return(self, places: list[Position], others: list[Position]) -> None:
        here = self._controller.position
        while places:
            place = places.pop()
            # A place in a network that was another then is no place any more.
            if place != here and self._controller.has_place(place):
                others.append(here)
                self._go(place)
                break
        self.changed.emit()

    def _go(self, place: Position) -> None:
        self._returning = True
        try:
            self.travel_requested.emit(place)
        finally:
            self._returning = False

    # By number

    def go_to_iteration(self) -> None:
        """Asks for an iteration by its number, and goes there, to the Step one stands on."""
        here = self._controller.position
        asked = dialogs.ask_iteration(
            self._window, here.iteration, self._controller.newest.iteration, MAX_ITERATIONS
        )
        if asked is not None:
            self.travel_requested.emit(self._controller.same_step_in(asked))

    # Bookmarks

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The named places, in the order of the run."""
        found = self._controller.noted.bookmarks
        return tuple(sorted(found, key=lambda each: astuple(each.position)))

    def add_bookmark(self, position: Position | None = None) -> None:
        """Asks for a name, and keeps a place under it: where one stands, unless told."""
        place = position or self._controller.position
        if len(self.bookmarks) >= MAX_BOOKMARKS:
            dialogs.tell(
                self._window,
                tr(
                    "There can be at most {count} bookmarks: remove one first.", count=MAX_BOOKMARKS
                ),
            )
            return
        suggested = tr("Iteration {iteration}", iteration=place.iteration)
        name = dialogs.ask_name(self._window, tr("Bookmark"), suggested, MAX_BOOKMARK_NAME)
        if name:
            others = (each for each in self.bookmarks if each.position != place)
            self._controller.set_bookmarks((*others, Bookmark(name, place)))

    def remove_bookmark(self, bookmark: Bookmark) -> None:
        """Forgets a named place."""
        kept = tuple(each for each in self.bookmarks if each != bookmark)
        self._controller.set_bookmarks(kept)

    def fill_bookmarks(self, menu: QMenu) -> None:
        """Lists the bookmarks, and a menu to remove one."""
        menu.clear()
        if not self.bookmarks:
            menu.addAction(tr("None yet")).setEnabled(False)
            return
        removing = QMenu(tr("&Remove"), menu)
        for bookmark in self.bookmarks:
            text = tr(
                "{name} (iteration {iteration})",
                name=plain(bookmark.name, 60),
                iteration=bookmark.position.iteration,
            ).replace("&", "&&")
            go, remove = menu.addAction(text), removing.addAction(text)
            go.triggered.connect(partial(self._to_bookmark, bookmark))
            remove.triggered.connect(partial(self._remove_asked, bookmark))
        menu.addSeparator()
        menu.addMenu(removing)

    def _to_bookmark(self, bookmark: Bookmark, _checked: bool = False) -> None:
        self.travel_requested.emit(bookmark.position)

    def _remove_asked(self, bookmark: Bookmark, _checked: bool = False) -> None:
        self.remove_bookmark(bookmark)
