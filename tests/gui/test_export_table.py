"""Tables for other programs: the losses of a run, and the trace of one iteration."""

import csv
import errno
import json

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from engine.errors import NonFiniteError
from engine.formats import experiment_json
from engine.formats.trace import rows
from engine.timeline import Timeline
from gui.pictures.tables import export_table
from tests.examples import FOLDER

OLD = b"the old file"
LOSSES, TRACE_CSV = "E of every iteration, CSV (*.csv)", "Trace of this iteration, CSV (*.csv)"
JSON_LINES = "Trace of this iteration, JSON lines (*.jsonl)"
MARKDOWN = "Trace of this iteration, Markdown (*.md)"
NONE = "", ""


class Run:
    """A run that stands in its fourth iteration."""

    def __init__(self):
        self.experiment = experiment_json.read(FOLDER / "iris.gradwalk.json")
        self.timeline = Timeline(self.experiment)
        self.timeline.train(3)
        self.iterations_per_epoch = self.timeline.batches.per_epoch

    @property
    def losses(self):
        return self.timeline.losses

    def trace(self):
        here = Timeline(self.experiment)
        here.train(3)
        return rows(here, 1)


@pytest.fixture
def export(qtbot, tmp_path, monkeypatch):
    """Exports with these answers of the desktop's dialog; `asked` and `told` say what was said."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def done(*answers, run=None):
        left = list(answers)

        def choose(_parent, _title, suggested, filters):
            done.asked.append((suggested, filters.split(";;")))
            return left.pop(0)

        monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", choose)
        return export_table(parent, run or Run(), str(tmp_path), "iris")

    done.asked, done.told = [], []
    monkeypatch.setattr("gui.dialogs.tell", lambda _parent, text: done.told.append(text))
    return done


def test_the_four_tables_are_named_in_the_filters(export, tmp_path):
    assert export(NONE) is None
    assert export.asked == [(str(tmp_path / "iris.csv"), [LOSSES, TRACE_CSV, JSON_LINES, MARKDOWN])]


def test_the_losses_read_back_to_the_same_doubles(export, tmp_path):
    path = tmp_path / "losses.csv"
    assert export((str(path), LOSSES)) == path
    with path.open(newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    assert [int(each["iteration"]) for each in read] == [0, 1, 2]
    np.testing.assert_array_equal([float(each["E"]) for each in read], Run().losses)


def test_the_trace_as_csv_has_every_element_of_the_iteration(export, tmp_path):
    path = tmp_path / "trace.csv"
    assert export((str(path), TRACE_CSV)) == path
    with path.open(newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    for row in Run().trace():
        written = [float(each["value"]) for each in read if each["name"] == row.step.writes]
        np.testing.assert_array_equal(written, np.ravel(row.value))
    assert {each["iteration"] for each in read} == {"3"}


def test_the_trace_as_json_lines_has_a_line_for_each_step(export, tmp_path):
    path = tmp_path / "trace.jsonl"
    assert export((str(path), JSON_LINES)) == path
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["name"] for line in lines] == [row.step.writes for row in Run().trace()]
    for line, row in zip(lines, Run().trace(), strict=True):
        np.testing.assert_array_equal(line["value"], row.value)


def test_the_trace_as_markdown_is_a_table_under_its_iteration(export, tmp_path):
    path = tmp_path / "trace.md"
    assert export((str(path), MARKDOWN)) == path
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "## Iteration 3" in lines
    assert len([line for line in lines if line.startswith("| ")]) == 1 + len(list(Run().trace()))


def test_an_ending_that_is_typed_counts_more_than_the_filter(export, tmp_path):
    path = tmp_path / "trace.md"
    assert export((str(path), LOSSES)) == path
    assert path.read_text(encoding="utf-8").startswith("# Trace")


def test_a_name_without_an_ending_gets_that_of_the_filter(export, tmp_path):
    assert export((str(tmp_path / "trace"), JSON_LINES)) == tmp_path / "trace.jsonl"
    assert export((str(tmp_path / "v1.2"), LOSSES)) == tmp_path / "v1.2.csv"


def test_a_file_that_is_there_under_the_whole_name_is_asked_about(export, tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_bytes(OLD)
    assert export((str(tmp_path / "trace"), JSON_LINES), NONE) is None
    assert export.asked[-1][0] == str(path)
    assert path.read_bytes() == OLD


@pytest.mark.parametrize("filter_", [LOSSES, TRACE_CSV])
def test_a_disk_that_is_full_keeps_the_old_file(export, tmp_path, monkeypatch, filter_):
    path = tmp_path / "old.csv"
    path.write_bytes(OLD)

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    assert export((str(path), filter_)) is None
    assert export.told == ["old.csv cannot be written: no space left on device"]
    assert path.read_bytes() == OLD


def test_a_number_that_is_none_stops_the_trace_and_keeps_the_old_file(export, tmp_path):
    class Broken(Run):
        def trace(self):
            yield from list(super().trace())[:3]
            raise NonFiniteError("z2 is NaN in iteration 3")

    path = tmp_path / "old.csv"
    path.write_bytes(OLD)
    assert export((str(path), TRACE_CSV), run=Broken()) is None
    assert export.told == ["z2 is NaN in iteration 3"]
    assert path.read_bytes() == OLD
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["old.csv"]
