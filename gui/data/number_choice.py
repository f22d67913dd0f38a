"""A number of which there is a least and a greatest; judged as it is typed, never clamped."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.number_field import NumberField, number_in, problem_with
from gui.numbers import NumberFormat
from gui.theme import Theme
from gui.translation import tr

MOST_SEED = 2**53
"""Up to here every whole number is a double."""


class NumberChoice(QObject):
    """A NumberField whose number counts while it is typed.

    changed: after every letter typed. The greatest number is taken too.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        value: float,
        least: float,
        most: float,
        theme: Theme,
        whole: bool = False,
    ) -> None:
        super().__init__()
        self._name = name
        self._least, self._most = least, most
        self._whole = whole
        self.field = NumberField()
        self.field.set_theme(theme)
        self.field.setMaximumWidth(14 * self.field.fontMetrics().averageCharWidth())
        self.field.setAccessibleName(name)
        self.field.write_whole_numbers_plainly()
        self.field.set_value(value)
        self.field.textChanged.connect(self.changed)

    def set_range(self, least: float, most: float) -> None:
        """Another least and greatest number."""
        self._least, self._most = least, most

    def value(self) -> float:
        """The number that stands in the field; the last good one where that is none."""
        text = self.field.text()
        return self.field.value() if problem_with(text) else number_in(text)

    def problem(self) -> str:
        """Why what stands in the field cannot be taken; empty where it can."""
        text = self.field.text()
        problem = problem_with(text)
        if problem:
            return tr("{name}: {problem}", name=self._name, problem=problem)
        value, numbers = number_in(text), NumberFormat(12)
        if not self._least <= value <= self._most:
            return tr(
                "{name}: {value}, but it has to be from {least} to {most}",
                name=self._name,
                value=numbers.text(value),
                least=numbers.text(self._least),
                most=numbers.text(self._most),
            )
        if self._whole and not value.is_integer():
            return tr(
                "{name}: {value}, but it has to be a whole number",
                name=self._name,
                value=numbers.text(value),
            )
        return ""
