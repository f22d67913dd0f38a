"""The kept picture of what stands over the edges."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage

from gui.network.overlay import Overlay

SIZE = QSize(200, 120)


@dataclass(eq=False)
class Disc:
    bounds: QRect
    colour: str = "red"
    painted: list = field(default_factory=list)

    def paint(self, painter):
        self.painted.append(1)
        painter.setBrush(QColor(self.colour))
        painter.drawEllipse(self.bounds.adjusted(2, 2, -2, -2))


def shown_by(overlay, discs, size=SIZE, ratio=1.0):
    overlay.renew(size, ratio, discs)
    return overlay.pixmap


def pixels(pixmap):
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return np.frombuffer(image.constBits(), np.uint8).copy()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_what_changes_looks_as_if_everything_had_been_painted_anew(qapp, ratio):
    random = np.random.default_rng(5)
    kept = Overlay()
    discs = [Disc(QRect(int(x), 10, 30, 30)) for x in range(0, 150, 20)]
    for _ in range(30):
        place = int(random.integers(len(discs)))
        at = QRect(int(random.integers(150)), int(random.integers(80)), 30, 30)
        discs[place] = Disc(at, "green" if random.random() < 0.5 else "blue")
        if random.random() < 0.3:
            discs.pop()
            discs.append(Disc(QRect(5, 5, 40, 40), "orange"))
        shown = pixels(shown_by(kept, discs, ratio=ratio))
        assert np.array_equal(shown, pixels(shown_by(Overlay(), discs, ratio=ratio)))


def test_only_what_is_near_a_change_is_painted_again(qapp):
    kept = Overlay()
    far, near, gone = (Disc(QRect(x, 10, 30, 30)) for x in (0, 100, 120))
    kept.renew(SIZE, 1.0, [far, near, gone])
    kept.renew(SIZE, 1.0, [far, near, Disc(QRect(122, 12, 30, 30))])
    assert (len(far.painted), len(near.painted), len(gone.painted)) == (1, 2, 1)


def test_another_size_begins_anew(qapp):
    kept = Overlay()
    disc = Disc(QRect(0, 0, 30, 30))
    kept.renew(SIZE, 1.0, [disc])
    assert shown_by(kept, [disc], QSize(90, 90)).size() == QSize(90, 90)
    assert len(disc.painted) == 2
