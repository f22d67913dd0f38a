"""Data in words: names, what a column looks like, what it went through."""

from __future__ import annotations

from engine.datasets import Data
from engine.formats.csv_data import Kind, Role
from engine.formats.csv_text import CP949, CP1252, UTF_8, UTF_16
from engine.scaling import MIN_MAX, STANDARDISE, Scaling
from gui.numbers import MINUS, NumberFormat
from gui.plain_text import plain
from gui.translation import tr

MOST_NAME = 40


def input_name(data: Data, column: int) -> str:
    """The name of an input: the data's, or x1 and so on."""
    given = data.input_names[column] if column < len(data.input_names) else ""
    return plain(given, MOST_NAME) or f"x{column + 1}"


def target_name(data: Data, column: int) -> str:
    """The name of a target: the data's, or o1 and so on."""
    given = data.target_names[column] if column < len(data.target_names) else ""
    return plain(given, MOST_NAME) or f"o{column + 1}"


def scaling_lines(data: Data, numbers: NumberFormat) -> list[str]:
    """What each scaled column went through, a line each; none where nothing was scaled."""
    named = [
        *((input_name(data, at), scaling) for at, scaling in enumerate(data.input_scaling)),
        *((target_name(data, at), scaling) for at, scaling in enumerate(data.target_scaling)),
    ]
    return [scaling_text(name, scaling, numbers) for name, scaling in named if scaling is not None]


def scaling_text(name: str, scaling: Scaling, numbers: NumberFormat) -> str:
    """One column's: x1: (x − 5.84) / 0.83, standardised."""
    sign = "+" if scaling.offset < 0 else MINUS
    offset, scale = numbers.text(abs(scaling.offset)), numbers.text(scaling.scale)
    formula = f"(x {sign} {offset}) / {scale}"
    if scaling.method == STANDARDISE:
        return tr("{name}: {formula}, standardised", name=name, formula=formula)
    return tr("{name}: {formula}, from 0 to 1", name=name, formula=formula)


def scaling_names() -> dict[str | None, str]:
    """The methods of scaling, for people."""
    return {None: tr("none"), STANDARDISE: tr("standardise"), MIN_MAX: tr("from 0 to 1")}


def scaling_meaning(method: str | None) -> str:
    """What a method does, in one sentence."""
    if method == STANDARDISE:
        return tr("Each column minus its mean, over its standard deviation.")
    if method == MIN_MAX:
        return tr("Each column from 0, its least, to 1, its greatest.")
    return tr("The numbers stay as they are.")


def role_names() -> dict[Role, str]:
    """What a column can be, for people."""
    return {
        Role.INPUT: tr("input"),
        Role.TARGET: tr("target"),
        Role.CLASSES: tr("classes"),
        Role.LEFT_OUT: tr("left out"),
    }


def kind_name(kind: Kind) -> str:
    """What the cells of a column are, most of them."""
    return {
        Kind.NUMBER: tr("numbers"),
        Kind.TEXT: tr("text"),
        Kind.CONSTANT: tr("all the same"),
        Kind.BLANK: tr("blank"),
    }[kind]


def encoding_names() -> dict[str, str]:
    """The encodings, for people."""
    return {
        UTF_8: tr("UTF-8"),
        UTF_16: tr("UTF-16"),
        CP949: tr("CP949 (Korean)"),
        CP1252: tr("Windows-1252 (Western)"),
    }


def separator_names() -> dict[str, str]:
    """What stands between cells."""
    return {",": tr("comma"), ";": tr("semicolon"), "\t": tr("tab")}


def decimal_names() -> dict[str, str]:
    """The decimal marks."""
    return {".": tr("point, 0.5"), ",": tr("comma, 0,5")}
