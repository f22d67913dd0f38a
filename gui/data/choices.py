"""A box to choose from, and the label beside it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

Key = TypeVar("Key", bound=Hashable)


def made_choice(names: Mapping[Key, str], chosen: Key, accessible_name: str) -> QComboBox:
    """A box with these names; the data of each is its key."""
    box = QComboBox()
    for key, name in names.items():
        box.addItem(name, key)
    box.setCurrentIndex(list(names).index(chosen))
    box.setAccessibleName(accessible_name)
    return box


def labelled(text: str, field: QWidget) -> QLabel:
    """A label whose underlined letter takes one to the field."""
    label = QLabel()
    label.setText(text)
    label.setBuddy(field)
    return label
