"""What the network computes: a boundary or heat map, a fitted curve, or a table of predictions."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from engine.arrays import Array
from engine.experiment import Experiment
from engine.frame import Frame
from engine.function import (
    grid_over,
    rights,
    sample_error,
    seconds_for,
    side_within,
    surface,
)
from engine.predictions import outputs
from engine.program import Program
from gui import theme as themes
from gui.elided_label import ElidedLabel
from gui.function.curve import CurvePlot
from gui.function.map import MapPlot
from gui.function.reading import (
    Reading,
    input_list,
    input_name,
    output_reading,
    row_reading,
    whole_reading,
)
from gui.function.table import Answers, PredictionModel, PredictionTable
from gui.function.words import count_text, title_of, weights_text
from gui.numbers import NumberFormat
from gui.pictures.picture import Picture, picture_of, resized
from gui.theme import Theme
from gui.translation import tr

_QUIET_AFTER = 150
_LIVE_SECONDS, _QUIET_SECONDS = 0.0007, 0.02
_WIDEST_CHOOSER = 260
_ROOMY, _ROOMY_WITH_CHOOSER = 52, 72
_COARSEST, _FINEST = 10, 100
_LIVE_COUNT_SECONDS, _QUIET_COUNT_SECONDS = 0.0004, 0.05


class FunctionView(QWidget):
    """The network as a function, with the weights of the frame shown; live while training."""

    sample_picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self._frame: Frame | None = None
        self._reading = Reading(0, None, "")
        self._readings: list[Reading] = []
        self._seen: tuple[Array, ...] = ()
        self._sample = 0
        self._right: int | None = None
        self._is_fine = False
        self._whole = self._reading
        self._numbers, self._theme = NumberFormat(), themes.LIGHT
        self._map: MapPlot | None = None
        self._curve: CurvePlot | None = None
        self._table: PredictionTable | None = None
        self._model: PredictionModel | None = None
        self.side = 0
        self.computations = 0
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_AFTER)
        self._quiet.timeout.connect(self._refine)
        self._title, self._caption, self._chooser = QLabel(), ElidedLabel(), QComboBox()
        self._lay_out()

    def _lay_out(self) -> None:
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._chooser.setAccessibleName(tr("Which output is drawn"))
        self._chooser.setToolTip(tr("Which output is drawn"))
        self._chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._chooser.setMaximumWidth(_WIDEST_CHOOSER)
        self._chooser.activated.connect(self._choose_output)
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 8, 0)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._caption, 1)
        head.addWidget(self._chooser)
        self._stack = QStackedLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(head)
        whole.addLayout(self._stack, 1)
        # Shown at once, and a window of its own as long as it stands nowhere.
        self._stack.addWidget(QWidget())
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("What the network computes"))

    # What is shown

    def set_experiment(self, experiment: Experiment) -> None:
        """Which network, on which data."""
        self._experiment, self._frame, self._seen = experiment, None, ()
        self._right = None
        self._whole = row_reading(experiment)
        self._readings = _readings(experiment)
        self._reading = self._readings[0]
        self._chooser.clear()
        for reading in self._readings:
            self._chooser.addItem(reading.title)
        self._chooser.setVisible(len(self._readings) > 1)
        self._discard_body()
        body = self._make_body(experiment)
        self._stack.addWidget(body)
        self._stack.setCurrentWidget(body)
        self._make_room()
        self._write_texts()

    def show_frame(self, frame: Frame) -> None:
        """Where one stands. Computes only if the weights are others than before."""
        if self._experiment is None:
            return
        before, self._frame = self._frame, frame
        names = [name for name in self._experiment.start_values if name in frame.after]
        now = tuple(frame.after[name] for name in names)
        changed = not _are_same(now, self._seen)
        if changed:
            self._seen, self._is_fine = now, False
            self._compute(_LIVE_SECONDS, _LIVE_COUNT_SECONDS)
        if changed or before is None or _batch_changed(before, frame):
            self._show_batch()
        self._write_caption()
        self._quiet.start()

    def set_theme(self, theme: Theme) -> None:
        """The colours from now on."""
        self._theme = theme
        for plot in (self._map, self._curve):
            if plot is not None:
                plot.set_theme(theme)
        if self._model is not None:
            self._model.restyle(theme, self._numbers)

    def set_numbers(self, numbers: NumberFormat) -> None:
        """How numbers are written from now on."""
        self._numbers = numbers
        if self._model is not None:
            self._model.restyle(self._theme, numbers)
        self._write_caption()

    def set_sample(self, column: int) -> None:
        """Which column of the batch is looked at."""
        self._sample = column
        if self._frame is not None:
            self._show_batch()
            self._describe()
            self._bring_chosen()

    def kind(self) -> str:
        """How the network is shown: boundary, map, curve or table."""
        if self._map is not None:
            return "boundary" if self._reading.classes is not None else "map"
        return "curve" if self._curve is not None else "table"

    def caption(self) -> str:
        """Which weights are shown, and how many samples are right."""
        return self._caption.text()

    def readout_at(self, x: float, y: float = 0.0) -> str:
        """What is said of a place: its inputs and what the network makes of them."""
        if self._experiment is None or self._frame is None:
            return ""
        inputs = np.array([[x, y]] if self._map is not None else [[x]])
        found = outputs(self._frame.program, self._frame.after, inputs)
        where = input_list(self._experiment, inputs[0], self._numbers)
        answer = self._reading.answer(found, self._numbers)
        text = tr("{inputs} → {output}", inputs=where, output=answer)
        return self._with_point(text, x, y)

    def body(self) -> MapPlot | CurvePlot | PredictionTable | None:
        """What is drawn in: the plot or the table."""
        return self._map or self._curve or self._table

    def outputs_to_choose(self) -> list[str]:
        """What can be drawn: all classes together, or one of the outputs."""
        return [reading.title for reading in self._readings]

    def choose_output(self, index: int) -> None:
        """Draws another of `outputs_to_choose`."""
        self._chooser.setCurrentIndex(index)
        self._choose_output(index)

    # Elsewhere

    def as_picture(self, theme: Theme, width: int | None = None) -> Picture:
        """What is shown, in the colours of a theme, as high as its width asks; width: in pixels."""
        return picture_of(self._twin(theme, resized(self.size(), width)))

    def _twin(self, theme: Theme, size: QSize) -> FunctionView:
        """The same once more, to be drawn off screen as lines and letters."""
        twin = FunctionView()
        twin.resize(size)
        twin.setFont(self.font())
        twin.setPalette(themes.palette(theme))
        twin.set_theme(theme)
        twin.set_numbers(self._numbers)
        if self._experiment is not None:
            twin.set_experiment(self._experiment)
            twin.choose_output(max(self._chooser.currentIndex(), 0))
        twin.set_sample(self._sample)
        if self._frame is not None:
            twin.show_frame(self._frame)
        twin._show_as_drawn()
        return twin

    def _show_as_drawn(self) -> None:
        """Computes what waits until one stands still, and leaves out what is only for the hand."""
        self._quiet.stop()
        self._refine()
        self._chooser.hide()
        for plot in (self._map, self._curve):
            if plot is not None:
                plot.keeps_pixels = False
        if self._table is not None:
            self._table.show_as_drawn(self._theme)

    # The parts

    def _discard_body(self) -> None:
        for part in (self._map, self._curve, self._table):
            if part is not None:
                self._stack.removeWidget(part)
                part.deleteLater()
        self._map = self._curve = self._table = self._model = None

    def _make_body(self, experiment: Experiment) -> QWidget:
        inputs, data = experiment.network.inputs, experiment.data
        if inputs == 2:
            self._map = MapPlot(self.readout_at, self._pick)
            self._map.y_name = input_name(experiment, 1)
            plot: MapPlot | CurvePlot = self._map
        elif inputs == 1:
            self._curve = CurvePlot(self.readout_at, self._pick)
            self._curve.y_name = self._reading.title
            plot = self._curve
        else:
            self._model = PredictionModel(experiment)
            self._model.restyle(self._theme, self._numbers)
            self._table = PredictionTable(self._model, self._pick)
            return self._table
        plot.x_name = input_name(experiment, 0)
        plot.set_theme(self._theme)
        plot.show_points(data.inputs, data.targets, self._reading)
        return plot

    def _choose_output(self, index: int) -> None:
        experiment, self._reading = self._experiment, self._readings[index]
        plot = self._map or self._curve
        if experiment is None or plot is None:
            return
        if self._curve is not None:
            self._curve.y_name = self._reading.title
        plot.show_points(experiment.data.inputs, experiment.data.targets, self._reading)
        if self._frame is not None:
            self._compute(_QUIET_SECONDS, _QUIET_COUNT_SECONDS)
            self._show_batch()
        self._write_texts()

    def _pick(self, column: int) -> None:
        self.sample_picked.emit(column)

    # What is computed

    def _refine(self) -> None:
        """Once one stands still: more points, and what would have taken too long before."""
        if self._frame is None:
            return
        if not self._is_fine:
            self._compute(_QUIET_SECONDS, _QUIET_COUNT_SECONDS)
            self._is_fine = True
            self._write_caption()
        self._describe()
        self._bring_chosen()

    def _compute(self, seconds: float, count_seconds: float) -> None:
        frame = self._frame
        assert frame is not None
        program, values = frame.program, frame.after
        self.computations += 1
        if self._map is not None:
            self.side = side_within(program, seconds, _COARSEST, _FINEST)
            grid = grid_over(self._map.x_range.ends, self._map.y_range.ends, self.side)
            self._map.show_outputs(surface(program, values, grid))
        elif self._curve is not None:
            self._curve.show_outputs(outputs(program, values, self._curve.inputs()))
        elif self._model is not None:
            found = partial(outputs, program, values)
            self._model.show_answers(Answers(found, partial(sample_error, program)))
        self._right = self._count_right(program, count_seconds)

    def _count_right(self, program: Program, seconds: float) -> int | None:
        experiment, frame = self._experiment, self._frame
        assert experiment is not None
        assert frame is not None
        reading, data = self._whole, experiment.data
        if reading.classes is None or seconds_for(program, data.samples) > seconds:
            return None
        found = outputs(program, frame.after, data.inputs)
        return rights(reading.classes, found, data.targets)

    def _show_batch(self) -> None:
        frame = self._frame
        assert frame is not None
        chosen = min(self._sample, frame.batch - 1)
        if self._model is not None:
            self._model.show_batch(frame.samples, chosen)
            return
        plot = self._map or self._curve
        assert plot is not None
        inputs, targets = frame.after["a0"].T, frame.after["t"].T
        if self._curve is not None:
            self._curve.batch = np.hstack((inputs, self._reading.columns(targets)))
            found = outputs(frame.program, frame.after, inputs[chosen : chosen + 1])
            self._curve.show_chosen_output(float(self._reading.columns(found)[0, 0]))
        else:
            plot.batch = inputs
        plot.chosen = chosen
        plot.update()

    def _bring_chosen(self) -> None:
        if self._table is not None:
            self._table.bring_chosen()

    # Words

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little room, the caption says more than the title."""
        letters = _ROOMY if len(self._readings) < 2 else _ROOMY_WITH_CHOOSER
        self._title.setVisible(self.width() >= letters * self.fontMetrics().averageCharWidth())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(tr("What the network computes"))
            self._write_texts()

    def _write_texts(self) -> None:
        self._title.setText(title_of(self.kind()))
        self._write_caption()

    def _write_caption(self) -> None:
        frame, experiment = self._frame, self._experiment
        if frame is None or experiment is None:
            self._caption.set_text("")
            return
        text = weights_text(frame)
        if self._whole.classes is not None:
            text = count_text(text, self._right, experiment.data.samples)
        self._caption.set_text(text)

    def _describe(self) -> None:
        """What a screen reader says of it; not at each of sixty frames a second."""
        frame, experiment = self._frame, self._experiment
        assert frame is not None
        assert experiment is not None
        chosen = min(self._sample, frame.batch - 1)
        inputs = frame.after["a0"].T[chosen : chosen + 1]
        found = outputs(frame.program, frame.after, inputs)
        reading = self._whole
        text = tr(
            "{title}, {caption}; row {row}: {inputs} → {output}, target {target}",
            title=self._title.text(),
            caption=self._caption.text(),
            row=frame.samples[chosen] + 1,
            inputs=self._inputs_text(inputs[0]),
            output=reading.answer(found, self._numbers),
            target=reading.target_text(frame.after["t"].T[chosen], self._numbers),
        )
        self.setAccessibleDescription(text)

    def _inputs_text(self, inputs: Array) -> str:
        assert self._experiment is not None
        if self._model is not None and self._model.side:
            return tr("picture of {side} × {side} pixels", side=self._model.side)
        return input_list(self._experiment, inputs, self._numbers)

    def _with_point(self, text: str, x: float, y: float) -> str:
        plot, experiment = self._map or self._curve, self._experiment
        assert experiment is not None
        near = plot.point_near(x, y) if plot is not None else None
        if near is None:
            return text
        target = self._reading.target_text(experiment.data.targets[near], self._numbers)
        return tr("{text}\nrow {row}: target {target}", text=text, row=near + 1, target=target)


def _batch_changed(before: Frame, now: Frame) -> bool:
    """Whether other samples are in the batch, or other numbers in the same samples."""
    return before.after["a0"] is not now.after["a0"] or before.after["t"] is not now.after["t"]


def _are_same(some: tuple[Array, ...], others: tuple[Array, ...]) -> bool:
    """Whether they are the very same arrays: a State's never change."""
    pairs = zip(some, others, strict=False)
    return len(some) == len(others) and all(one is other for one, other in pairs)


def _readings(experiment: Experiment) -> list[Reading]:
    """What can be drawn: all classes together where there are some, then each output."""
    if experiment.network.inputs > 2:
        return [row_reading(experiment)]
    count = experiment.network.sizes[-1]
    each = [output_reading(experiment, output) for output in range(count)]
    whole = whole_reading(experiment)
    if whole is None or experiment.network.inputs == 1:
        return each
    return [whole, *each]
