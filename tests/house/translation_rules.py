"""Finds texts that a translator would never get to see.

`lupdate` collects the literal first argument of `tr(...)`. An f-string, a variable or a text put
together before the call is shown in English for ever, without a warning from anyone.
"""

import ast
from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

# Calls that show a text to a person -> which of their positional arguments are that text.
SHOWS: dict[str, tuple[int, ...]] = {
    "setText": (0,),
    "setPlainText": (0,),
    "setHtml": (0,),
    "setTitle": (0,),
    "setIconText": (0,),
    "setToolTip": (0,),
    "setStatusTip": (0,),
    "setWhatsThis": (0,),
    "setWindowTitle": (0,),
    "setAccessibleName": (0,),
    "setAccessibleDescription": (0,),
    "setPlaceholderText": (0,),
    "setInformativeText": (0,),
    "setSuffix": (0,),
    "setPrefix": (0,),
    "setSpecialValueText": (0,),
    "setLabel": (1,),
    "setLabelText": (0,),
    "setItemText": (1,),
    "setTabText": (1,),
    "showMessage": (0,),
    "addAction": (0, 1),
    "addMenu": (0, 1),
    "addTab": (1, 2),
    "addItem": (0, 1),
    "addRow": (0,),
    "addToolBar": (0,),
    "QAction": (0, 1),
    "QCheckBox": (0,),
    "QDockWidget": (0,),
    "QGroupBox": (0,),
    "QLabel": (0,),
    "QMenu": (0,),
    "QPushButton": (0, 1),
    "QRadioButton": (0,),
    "QToolBar": (0,),
}
# The same texts given by name: QAction(text="…"), QAction(parent, toolTip="…").
SHOWS_BY_NAME = {
    "text",
    "title",
    "toolTip",
    "statusTip",
    "windowTitle",
    "accessibleName",
    "placeholderText",
}


class Fault(NamedTuple):
    line: int
    reason: str


def faults(tree: ast.AST) -> list[Fault]:
    """Every place in a source where a text escapes translation, by line."""
    return sorted(
        fault
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for fault in (_faults_of_tr(call) if _name(call) == "tr" else _untranslated(call))
    )


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _faults_of_tr(call: ast.Call) -> Iterator[Fault]:
    if isinstance(call.func, ast.Attribute):
        yield Fault(call.lineno, "use tr() of gui.translation: an object's own tr() has a context")
    if len(call.args) != 1:
        yield Fault(call.lineno, "tr() takes one text; values go by name")
        return
    match call.args[0]:
        case ast.Constant(value=str(text)):
            yield from _faults_of_fields(call, text)
        case other:
            kind = type(other).__name__
            yield Fault(call.lineno, f"tr() needs one plain string literal, not {kind}")


def _faults_of_fields(call: ast.Call, text: str) -> Iterator[Fault]:
    if any(keyword.arg is None for keyword in call.keywords):
        return  # **values: the names are known only at run time
    given = {keyword.arg for keyword in call.keywords}
    if not given:
        return  # a text without values is not formatted, so its braces are braces
    try:
        named = {
            field.split(".")[0].split("[")[0]
            for _, field, *_ in Formatter().parse(text)
            if field is not None
        }
    except ValueError as error:
        yield Fault(call.lineno, f"the text cannot be formatted: {error}")
        return
    if named != given:
        yield Fault(call.lineno, f"the text names {sorted(named)}, the values are {sorted(given)}")


def _untranslated(call: ast.Call) -> Iterator[Fault]:
    shown = [call.args[index] for index in SHOWS.get(_name(call), ()) if index < len(call.args)]
    if _name(call) in SHOWS:
        shown += [word.value for word in call.keywords if word.arg in SHOWS_BY_NAME]
    for argument in shown:
        for words in _bare_words(argument):
            yield Fault(call.lineno, f"{_name(call)}() shows {words!r} without tr()")


def _bare_words(node: ast.expr) -> Iterator[str]:
    """Literals with letters in them that become part of the shown text as they are."""
    match node:
        case ast.Constant(value=str(text)):
            if any(character.isalpha() for character in text):
                yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _bare_words(part)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            yield from _bare_words(left)
            if isinstance(node.op, ast.Add):
                yield from _bare_words(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _bare_words(body)
            yield from _bare_words(orelse)
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join")):
            yield from _bare_words(text)
