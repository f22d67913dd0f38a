"""Data and weights brought into the real window."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.formats import experiment_json, read_weights
from gui.data.dialogs import BuiltInDialog, SamplesDialog
from gui.data.import_dialog import ImportDialog
from tests.examples import FOLDER
from tests.gui.test_main_window import press, shown

pytestmark = pytest.mark.window

IRIS = """length,width,kind
5.1,3.5,setosa
4.9,3.0,setosa
7.0,3.2,versicolor
6.4,3.2,versicolor
6.3,3.3,virginica
5.8,2.7,virginica
"""


def answered(kind, act):
    """Acts on the dialog of a kind once it is open."""

    def look():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            act(dialog)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def accept(dialog):
    dialog.accept()


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(IRIS, encoding="utf-8")
    return path


def test_a_csv_becomes_the_data_and_the_network_is_fitted_to_it(qtbot, window, csv, monkeypatch):
    monkeypatch.setattr("gui.dialogs.ask_data", lambda *_: csv)
    answered(ImportDialog, accept)
    press(qtbot, window, "Ctrl+Shift+I")
    experiment = window.controller.experiment
    assert experiment.network.sizes == (2, 3, 3)
    assert experiment.data.target_names == ("setosa", "versicolor", "virginica")
    np.testing.assert_array_equal(experiment.data.inputs[0], [5.1, 3.5])
    assert window.isWindowModified()
    assert window.windowTitle().startswith("flowers.csv[*]")
    assert experiment.notes == ""
    press(qtbot, window, *["Right"] * 20)
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 50)
    press(qtbot, window, "Ctrl+T")


def test_bringing_data_in_can_be_undone_bit_for_bit(qtbot, window, csv):
    press(qtbot, window, "PgDown", "Right")
    before = shown(window)
    answered(ImportDialog, accept)
    window.importing.import_csv(csv)
    assert window.controller.experiment.network.sizes == (2, 3, 3)
    press(qtbot, window, "Ctrl+Z")
    assert shown(window) == before
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("2-3-2")


def test_a_csv_that_is_none_is_refused_in_one_sentence(window, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\x00\x01\x02" * 50)
    before = shown(window)
    window.importing.import_csv(bad)
    assert len(window.told) == 1
    assert "bad.csv" in window.told[0]
    assert shown(window) == before


def test_a_table_copied_from_a_spreadsheet_can_be_pasted(qtbot, window):
    QGuiApplication.clipboard().setText("a\tb\tt\n1\t2\t3\n4\t5\t6\n")
    answered(ImportDialog, accept)
    press(qtbot, window, "Ctrl+Shift+V")
    data = window.controller.experiment.data
    np.testing.assert_array_equal(data.inputs, [[1.0, 2.0], [4.0, 5.0]])
    np.testing.assert_array_equal(data.targets, [[3.0], [6.0]])


def test_an_empty_clipboard_is_told(qtbot, window):
    QGuiApplication.clipboard().clear()
    press(qtbot, window, "Ctrl+Shift+V")
    assert window.told == ["There is no text on the clipboard."]


def test_a_sample_is_typed_over_in_the_table(qtbot, window):
    def type_over(dialog):
        model = dialog.table.model
        assert model.setData(model.index(1, 0), "0.125")
        dialog.accept()

    answered(SamplesDialog, type_over)
    press(qtbot, window, "Ctrl+K")
    assert 0.125 in window.controller.experiment.data.inputs


def test_a_built_in_set_is_chosen_with_its_noise(qtbot, window):
    def choose(dialog):
        chooser = dialog.chooser
        chooser.sets.setCurrentIndex(chooser.sets.findData("two_moons"))
        dialog.accept()

    answered(BuiltInDialog, choose)
    window.actions_by_name["built_in"].trigger()
    data = window.controller.experiment.data
    assert data.name == "two_moons"
    assert window.controller.experiment.network.sizes[0] == 2


@pytest.mark.parametrize("suffix", [".npz", ".json", ".safetensors"])
def test_exported_weights_come_back_bit_for_bit(qtbot, window, monkeypatch, tmp_path, suffix):
    path = tmp_path / f"trained{suffix}"
    monkeypatch.setattr("gui.dialogs.ask_where_to_export", lambda *_: path)
    monkeypatch.setattr("gui.dialogs.ask_weights", lambda *_: path)
    press(qtbot, window, *["PgDown"] * 5, "Ctrl+E")
    trained = read_weights(path).arrays
    press(qtbot, window, "Ctrl+I")
    start = window.controller.experiment.start_values
    assert set(start) == set(trained)
    for name, values in trained.items():
        np.testing.assert_array_equal(start[name], values)
    assert window.controller.position.iteration == 0


def test_weights_of_another_network_are_offered_as_a_new_network(
    qtbot, open_window, monkeypatch, tmp_path
):
    path = tmp_path / "iris.npz"
    monkeypatch.setattr("gui.dialogs.ask_where_to_export", lambda *_: path)
    monkeypatch.setattr("gui.dialogs.ask_weights", lambda *_: path)
    press(qtbot, open_window("iris"), "Ctrl+E")
    window = open_window("2-3-2")
    said = []
    monkeypatch.setattr(
        "gui.dialogs.ask_new_network", lambda _, sentence, sizes: said.append((sentence, sizes))
    )
    before = shown(window)
    press(qtbot, window, "Ctrl+I")
    ((sentence, sizes),) = said
    assert "6×4" in sentence
    assert "3×2" in sentence
    assert sizes == (4, 6, 3)
    assert shown(window) == before
    monkeypatch.setattr("gui.dialogs.ask_new_network", lambda *_: True)
    press(qtbot, window, "Ctrl+I")
    assert window.controller.experiment.network.sizes == (4, 6, 3)
    press(qtbot, window, *["Right"] * 12)


def test_a_pickle_is_refused(qtbot, window, monkeypatch, tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(b"\x80\x04\x95pickle")
    monkeypatch.setattr("gui.dialogs.ask_weights", lambda *_: path)
    press(qtbot, window, "Ctrl+I")
    assert "pickle" in window.told[0]


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copying, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    for kind in (QDragEnterEvent, QDropEvent):
        event = kind(QPoint(40, 40), copying, data, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(window, event)


def test_a_dropped_file_is_taken_for_what_it_is(qtbot, window, csv, tmp_path):
    answered(ImportDialog, accept)
    drop(window, csv)
    qtbot.waitUntil(lambda: window.controller.experiment.network.sizes == (2, 3, 3))
    own = shutil.copy(FOLDER / "sine.gradwalk.json", tmp_path / "own.gradwalk.json")
    drop(window, own)
    qtbot.waitUntil(lambda: window.controller.experiment.network.sizes == (1, 8, 1))


@pytest.mark.parametrize("name", ["mine.json", "mine.txt"])
def test_a_dropped_experiment_of_another_ending_opens(qtbot, window, tmp_path, name):
    drop(window, shutil.copy(FOLDER / "sine.gradwalk.json", tmp_path / name))
    qtbot.waitUntil(lambda: window.controller.experiment.network.sizes == (1, 8, 1))
    assert window.filing.document.path == tmp_path / name


def test_an_imported_csv_is_saved_and_reopened_with_everything(qtbot, window, csv, tmp_path):
    answered(ImportDialog, accept)
    window.importing.import_csv(csv)
    own = tmp_path / "own.gradwalk.json"
    press(qtbot, window, *["PgDown"] * 4)
    texts = shown(window)
    window.filing._write(own)
    reopened = experiment_json.read(own)
    assert reopened.data.target_names == ("setosa", "versicolor", "virginica")
    window.filing.open_example("xor")
    window.filing.open_file(own)
    qtbot.waitUntil(lambda: window.playback.is_stopped)
    assert shown(window) == texts
