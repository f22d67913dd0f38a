"""Pictures and tables out of the real window, by its actions."""

import csv
import json

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from engine.timeline import Timeline
from gui.pictures.dialog import PictureDialog
from tests.gui.test_main_window import press

pytestmark = pytest.mark.window


@pytest.fixture
def saving_to(monkeypatch, tmp_path):
    def choose(name, filter_with=""):
        def ask(_parent, _title, _suggested, filters, *_rest):
            used = next(each for each in filters.split(";;") if filter_with in each)
            return str(tmp_path / name), used

        monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", ask)
        return tmp_path / name

    return choose


def test_e_of_every_iteration_is_written_as_csv(qtbot, window, saving_to):
    path = saving_to("losses.csv", "E of every")
    press(qtbot, window, *["PgDown"] * 6)
    window.actions_by_name["export_table"].trigger()
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    run = Timeline(window.controller.experiment)
    run.seek(window.controller.position)
    np.testing.assert_array_equal([float(row["E"]) for row in table], run.losses)


def test_the_trace_of_this_iteration_is_written_and_one_stays_where_one_stands(
    qtbot, window, saving_to
):
    path = saving_to("trace.jsonl", "JSON")
    press(qtbot, window, "PgDown", "PgDown", "Right")
    before = window.controller.position, window.controller.newest
    window.actions_by_name["export_table"].trigger()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {each["iteration"] for each in lines} == {before[0].iteration}
    assert [each["name"] for each in lines] == [
        step.writes for step in window.controller.moment().frame.program.steps
    ]
    assert (window.controller.position, window.controller.newest) == before


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_a_picture_is_written(qtbot, window, saving_to, ending):
    path = saving_to(f"net.{ending}", ending.upper())

    def save():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, PictureDialog):
            QTimer.singleShot(10, save)
            return
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
        if dialog.isVisible():
            dialog.reject()

    QTimer.singleShot(0, save)
    press(qtbot, window, "Ctrl+Shift+E")
    assert path.stat().st_size > 1000
