"""Breakpoints and bookmarks in the experiment file: what a person has noted about the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import limits
from engine.bookmarks import Bookmark
from engine.breakpoints import BREAKPOINTS, Breakpoint
from engine.errors import ExperimentError
from engine.formats.fields import Fields
from engine.position import Position
from engine.program import Phase


def breakpoints_from_json(value: Any) -> tuple[Breakpoint, ...]:
    """The `breakpoints` list. Raises ExperimentError with the path to the field."""
    return tuple(map(_breakpoint, _list_of(value, "breakpoints", limits.MAX_BREAKPOINTS)))


def bookmarks_from_json(value: Any) -> tuple[Bookmark, ...]:
    """The `bookmarks` list. Raises ExperimentError with the path to the field."""
    return tuple(map(_bookmark, _list_of(value, "bookmarks", limits.MAX_BOOKMARKS)))


def breakpoint_to_json(breakpoint_: Breakpoint) -> dict[str, Any]:
    """The object that is read back as the same breakpoint."""
    settings = {name: getattr(breakpoint_, name) for name in breakpoint_.settings()}
    return {
        "kind": breakpoint_.kind,
        **{name: _plain(value) for name, value in settings.items() if value not in (None, ())},
        **({} if breakpoint_.enabled else {"enabled": False}),
    }


def bookmark_to_json(bookmark: Bookmark) -> dict[str, Any]:
    """The object that is read back as the same bookmark."""
    place = bookmark.position
    return {
        "name": bookmark.name,
        "iteration": place.iteration,
        "step": place.step,
        **({"element": list(place.element)} if place.element else {}),
    }


def _list_of(value: Any, name: str, most: int) -> list[Fields]:
    if not isinstance(value, list) or len(value) > most:
        raise ExperimentError(f"{name}: has to be a list of at most {most} {name}")
    return [Fields(each, f"{name}[{index}]") for index, each in enumerate(value)]


def _breakpoint(fields: Fields) -> Breakpoint:
    kind = BREAKPOINTS[fields.choice("kind", BREAKPOINTS)]
    given = {
        name: _READ[name](fields, name)
        for name in kind.settings()
        if name in fields or name in kind.required()
    }
    made = kind(**given, enabled=fields.flag("enabled", True))
    fields.done()
    return made


def _bookmark(fields: Fields) -> Bookmark:
    bookmark = Bookmark(
        fields.text("name"),
        Position(
            fields.integer("iteration"), fields.integer("step", -1), fields.indices("element", [])
        ),
    )
    fields.done()
    return bookmark


def _phase(fields: Fields, name: str) -> Phase:
    return Phase(fields.choice(name, tuple(Phase)))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Phase) else value


_READ: dict[str, Callable[[Fields, str], Any]] = {
    "phase": _phase,
    "layer": Fields.integer,
    "quantity": Fields.text,
    "element": Fields.indices,
    "value": Fields.number,
    "iteration": Fields.integer,
    "epoch": Fields.integer,
}
