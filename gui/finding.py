"""Finding a unit by its number: of a wide layer only some are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.translation import tr


class UnitDialog(QDialog):
    """Asks for a layer and the number of a unit in it; both are counted as on screen, from 1.

    sizes: units of layers 0 … L. found: (layer, unit), the unit counted from 0.
    """

    def __init__(self, sizes: Sequence[int], layer: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes = tuple(sizes)
        self.setWindowTitle(tr("Find a unit"))
        self.layer, self.unit = QComboBox(), QSpinBox()
        self.layer.addItems([tr("input"), *(_layer_text(l, sizes) for l in range(1, len(sizes)))])
        self.layer.setAccessibleName(tr("Layer"))
        self.unit.setAccessibleName(tr("Unit"))
        self._range = QLabel()
        self.layer.currentIndexChanged.connect(self._fit)
        self.layer.setCurrentIndex(layer)
        self._fit(layer)
        self._lay_out()
        self.unit.setFocus()
        self.unit.selectAll()

    def _lay_out(self) -> None:
        rows = QFormLayout()
        rows.addRow(tr("Layer"), self.layer)
        rows.addRow(tr("Unit"), self.unit)
        rows.addRow("", self._range)
        closing = QDialogButtonBox()
        closing.addButton(tr("Find"), QDialogButtonBox.ButtonRole.AcceptRole)
        closing.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        closing.accepted.connect(self.accept)
        closing.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addLayout(rows)
        whole.addWidget(closing)

    def _fit(self, layer: int) -> None:
        self.unit.setRange(1, self._sizes[layer])
        self._range.setText(tr("1 to {count}", count=self._sizes[layer]))

    @property
    def found(self) -> tuple[int, int]:
        """The layer and the unit that are chosen."""
        return self.layer.currentIndex(), self.unit.value() - 1


def _layer_text(layer: int, sizes: Sequence[int]) -> str:
    if layer == len(sizes) - 1:
        return tr("layer {layer} · output", layer=layer)
    return tr("layer {layer}", layer=layer)


def ask_unit(parent: QWidget, sizes: Sequence[int], layer: int) -> tuple[int, int] | None:
    """Which unit to show, as (layer, unit); None if none. layer: the one offered at first."""
    dialog = UnitDialog(sizes, layer, parent)
    return dialog.found if dialog.exec() else None
