"""Where an experiment and weights are to be written: nothing is written over without a question."""

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from gui import dialogs

NOWHERE = ("", "")


@pytest.fixture
def asking(qtbot, monkeypatch):
    """What the system's dialog answers, one after another; what it suggested is in `suggested`."""
    answers, suggested = [], []

    def answer(_parent, _title, suggestion, _filters):
        suggested.append(suggestion)
        return answers.pop(0)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    parent = QWidget()
    qtbot.addWidget(parent)

    def ask(ask_where, *arguments, typed):
        answers[:] = typed
        return ask_where(parent, *arguments)

    ask.suggested = suggested
    return ask


@pytest.mark.parametrize("typed", ["mine", "mine.json", "mine.gradwalk.json"])
def test_an_experiment_gets_its_ending(asking, tmp_path, typed):
    path = tmp_path / "mine.gradwalk.json"
    answer = (str(tmp_path / typed), "")
    assert asking(dialogs.ask_where_to_save, path, typed=[answer]) == path


@pytest.mark.parametrize("typed", ["mine", "mine.json"])
def test_an_experiment_that_is_there_under_the_whole_name_is_asked_about(asking, tmp_path, typed):
    path = tmp_path / "mine.gradwalk.json"
    path.write_bytes(b"old")
    typed = [(str(tmp_path / typed), ""), NOWHERE]
    assert asking(dialogs.ask_where_to_save, tmp_path / "new", typed=typed) is None
    # The system's own dialog asks about the name that it suggests.
    assert asking.suggested == [str(tmp_path / "new"), str(path)]


def test_weights_that_are_there_under_the_whole_name_are_asked_about(asking, tmp_path):
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"old")
    typed = [(str(tmp_path / "mine"), "ONNX (*.onnx)"), (str(path), "ONNX (*.onnx)")]
    answer = asking(dialogs.ask_where_to_export, tmp_path / "new.npz", 7, typed=typed)
    assert asking.suggested == [str(tmp_path / "new.npz"), str(path)]
    assert answer == path  # The person has said yes, in the system's dialog.


def test_weights_get_the_ending_of_the_filter(asking, tmp_path):
    typed = [(str(tmp_path / "mine"), "PyTorch")]
    answer = asking(dialogs.ask_where_to_export, tmp_path / "new.npz", 7, typed=typed)
    assert answer == tmp_path / "mine.npz"
