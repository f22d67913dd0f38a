"""Documents in the real window: nothing is lost without being asked about."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from engine.edits import LEARNING_RATE
from engine.formats import experiment_json
from gui import dialogs
from gui.app import SESSION, remember_session
from gui.remembered import data_folder
from gui.settings import Settings
from tests.examples import FOLDER
from tests.gui.test_main_window import press

pytestmark = pytest.mark.window


@pytest.fixture
def file(tmp_path):
    return Path(shutil.copy(FOLDER / "xor.gradwalk.json", tmp_path / "own.gradwalk.json"))


def change(window, rate=0.125):
    window._edit(LEARNING_RATE, (), rate)


def click(qtbot, window, text):
    button = next(each for each in window.notices.offers() if each.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_change_is_marked_in_the_title_until_it_is_saved(qtbot, open_window, file):
    window = open_window(path=file)
    assert window.windowTitle().startswith("own[*]")
    assert not window.isWindowModified()
    change(window)
    assert window.isWindowModified()
    press(qtbot, window, "Ctrl+S")
    assert not window.isWindowModified()
    assert experiment_json.read(file).edits == window.controller.experiment.edits


def test_undoing_the_change_takes_the_mark_away(qtbot, open_window, file):
    window = open_window(path=file)
    change(window)
    press(qtbot, window, "Ctrl+Z")
    assert not window.isWindowModified()
    press(qtbot, window, "Ctrl+Shift+Z")
    assert window.isWindowModified()


def test_moving_through_the_run_is_no_change(qtbot, open_window, file):
    window = open_window(path=file)
    press(qtbot, window, "PgDown", "Right", "Home")
    assert not window.isWindowModified()


def test_saving_keeps_where_one_stands(qtbot, open_window, file):
    window = open_window(path=file)
    press(qtbot, window, "PgDown", "Right", "Right", "Ctrl+S")
    assert experiment_json.read(file).position == window.controller.position


def test_an_example_is_never_written_over(qtbot, window, tmp_path, monkeypatch):
    new = tmp_path / "new.gradwalk.json"
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: new)
    change(window)
    press(qtbot, window, "Ctrl+S")
    assert new.is_file()
    assert window.windowTitle().startswith("new[*]")
    assert not window.transport.example.currentData()


@pytest.mark.parametrize(
    ("answer", "stays", "is_written"),
    [
        (dialogs.Unsaved.SAVE, False, True),
        (dialogs.Unsaved.DISCARD, False, False),
        (dialogs.Unsaved.STAY, True, False),
    ],
)
def test_closing_asks_about_unsaved_work(open_window, file, answer, stays, is_written):
    before = file.read_bytes()
    window = open_window(path=file)
    change(window)
    window.answers["unsaved"] = answer
    window.close()
    assert window.asked == ["own"]
    assert window.isVisible() is stays
    assert (file.read_bytes() != before) is is_written
    window.answers.clear()


def test_closing_without_a_change_asks_nothing(open_window, file):
    window = open_window(path=file)
    window.close()
    assert window.asked == []


def test_opening_another_experiment_asks_first_and_the_picker_goes_back(open_window, file):
    window = open_window()
    change(window)
    window.answers["unsaved"] = dialogs.Unsaved.STAY
    box = window.transport.example
    box.setCurrentIndex(box.findData("xor"))
    box.activated.emit(box.currentIndex())
    assert len(window.asked) == 1
    assert box.currentData() == "2-3-2"
    assert window.isWindowModified()


def test_a_failed_save_says_why_and_offers_another_place(qtbot, open_window, file, monkeypatch):
    window = open_window(path=file)
    change(window)
    said = []
    monkeypatch.setattr("gui.dialogs.ask_save_elsewhere", lambda _, text: said.append(text))
    before = file.read_bytes()
    monkeypatch.setattr("os.fsync", _fail)
    press(qtbot, window, "Ctrl+S")
    assert said == ["own.gradwalk.json cannot be written: no space left on device"]
    assert file.read_bytes() == before
    assert window.isWindowModified()


def _fail(_descriptor):
    raise OSError(28, "No space left on device")


def test_a_second_window_reads_only_until_it_saves_elsewhere(
    qtbot, open_window, file, monkeypatch, tmp_path
):
    first, second = open_window(path=file), open_window(path=file)
    assert "read only" not in first.windowTitle()
    assert "read only" in second.windowTitle()
    assert "open in another window" in second.notices.sentence
    change(second)
    other = tmp_path / "other.gradwalk.json"
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: other)
    before = file.read_bytes()
    press(qtbot, second, "Ctrl+S")
    assert file.read_bytes() == before
    assert other.is_file()
    assert "read only" not in second.windowTitle()
    assert second.notices.sentence == ""


def test_a_second_window_does_not_write_the_file_of_the_first_by_whatever_name(
    qtbot, open_window, file, monkeypatch, tmp_path
):
    link = tmp_path / "link.gradwalk.json"
    link.symlink_to(file)
    other = Path(shutil.copy(FOLDER / "sine.gradwalk.json", tmp_path / "other.gradwalk.json"))
    first, second = open_window(path=file), open_window(path=other)
    change(first)
    before, said, asked = file.read_bytes(), [], [file, link]
    monkeypatch.setattr("gui.dialogs.ask_where_to_save", lambda *_: asked.pop(0))
    monkeypatch.setattr("gui.dialogs.ask_save_elsewhere", lambda _, text: said.append(text))
    press(qtbot, second, "Ctrl+Shift+S", "Ctrl+Shift+S")
    assert said == [
        f"{path.name} is open in another window: save it under another name"
        for path in (file, link)
    ]
    assert file.read_bytes() == before
    assert second.filing.document.path == other
    press(qtbot, first, "Ctrl+S")
    assert not first.isWindowModified()


def test_a_change_by_another_program_is_noticed_and_can_be_taken(qtbot, open_window, file):
    window = open_window(path=file)
    shutil.copy(FOLDER / "sine.gradwalk.json", file)
    qtbot.waitUntil(lambda: "Another program" in window.notices.sentence)
    click(qtbot, window, "Open it anew")
    assert window.controller.experiment.network.sizes == (1, 8, 1)
    assert window.notices.sentence == ""


def test_saving_over_another_programs_change_asks_first(qtbot, open_window, file, monkeypatch):
    window = open_window(path=file)
    change(window)
    shutil.copy(FOLDER / "sine.gradwalk.json", file)
    qtbot.waitUntil(lambda: "Another program" in window.notices.sentence)
    theirs = file.read_bytes()
    monkeypatch.setattr("gui.dialogs.ask_overwrite", lambda *_: False)
    press(qtbot, window, "Ctrl+S")
    assert file.read_bytes() == theirs
    monkeypatch.setattr("gui.dialogs.ask_overwrite", lambda *_: True)
    press(qtbot, window, "Ctrl+S")
    assert experiment_json.read(file).network.sizes == (2, 2, 1)


def test_a_change_that_nobody_told_of_is_found_when_saving(qtbot, open_window, file, monkeypatch):
    window = open_window(path=file)
    document = window.filing.document
    document._watcher.removePaths(document._watcher.files())  # As on a network drive.
    change(window)
    shutil.copy(FOLDER / "sine.gradwalk.json", file)
    theirs, asked = file.read_bytes(), []
    monkeypatch.setattr("gui.dialogs.ask_overwrite", lambda _, title: asked.append(title))
    press(qtbot, window, "Ctrl+S")
    assert asked == ["own"]
    assert file.read_bytes() == theirs


def test_a_file_that_is_gone_is_written_again_without_a_question(qtbot, open_window, file):
    window = open_window(path=file)
    change(window)
    file.unlink()
    qtbot.waitUntil(lambda: "not there any more" in window.notices.sentence)
    click(qtbot, window, "Save")
    assert experiment_json.read(file).edits == window.controller.experiment.edits
    assert window.notices.sentence == ""


def test_an_example_is_known_however_its_path_is_typed(open_window, monkeypatch):
    monkeypatch.chdir(FOLDER)
    window = open_window(path=Path("xor.gradwalk.json"))
    assert window.controller.experiment.network.sizes == (2, 2, 1)
    assert window.filing.document.path is None


def test_our_own_saving_is_not_taken_for_another_programs(qtbot, open_window, file):
    window = open_window(path=file)
    change(window)
    press(qtbot, window, "Ctrl+S")
    shutil.copy(file, file.with_name("copy"))
    qtbot.wait(300)
    assert window.notices.sentence == ""


def test_files_opened_before_are_listed_the_latest_first(open_window, file, tmp_path):
    other = Path(shutil.copy(FOLDER / "sine.gradwalk.json", tmp_path / "other.gradwalk.json"))
    window = open_window(path=file)
    window.filing.open_file(other)
    menu = next(
        each.menu()
        for each in window.menuBar().actions()[0].menu().actions()
        if each.menu() is not None
    )
    menu.aboutToShow.emit()
    listed = [each for each in menu.actions() if not each.isSeparator()]
    assert [each.text() for each in listed] == ["other", "own", "Clear this list"]
    listed[1].trigger()
    assert window.filing.document.path == file


def test_a_file_dropped_on_the_window_opens(qtbot, window, file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    entering = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    dropped = QDropEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, dropped)
    qtbot.waitUntil(lambda: window.filing.document.path == file)


def test_new_is_a_small_network_of_ones_own(qtbot, window):
    press(qtbot, window, "Ctrl+N", "Right")
    assert window.controller.experiment.network.sizes == (2, 2, 1)
    assert window.windowTitle().startswith("Untitled[*]")


_CRASHING = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui import app
application = QApplication([])
app.prepare(application)
window = app.make_window()
window.filing.open_at_launch(Path(sys.argv[1]), None)
window._edit("learning_rate", (), 0.125)
window.filing.document.keep_unsaved()
os.kill(os.getpid(), 9)
"""


def crash(file):
    ran = subprocess.run([sys.executable, "-c", _CRASHING, str(file)], check=False)
    assert ran.returncode == -9


def test_work_that_a_killed_window_left_is_offered_and_brought_back(qtbot, open_window, file):
    before = file.read_bytes()
    crash(file)
    window = open_window(path=FOLDER / "sine.gradwalk.json")
    assert "own.gradwalk.json was not saved" in window.notices.sentence
    click(qtbot, window, "Bring it back")
    assert window.controller.experiment.edits[0].value == 0.125
    assert window.filing.document.path == file
    assert window.isWindowModified()
    assert file.read_bytes() == before


def test_left_work_is_kept_until_the_person_chooses(qtbot, open_window, file):
    crash(file)
    window = open_window(path=FOLDER / "sine.gradwalk.json")
    qtbot.mouseClick(window.notices._dismiss, Qt.MouseButton.LeftButton)
    window.close()
    again = open_window(path=FOLDER / "sine.gradwalk.json")
    assert "was not saved" in again.notices.sentence
    click(qtbot, again, "Discard it")
    again.close()
    third = open_window(path=FOLDER / "sine.gradwalk.json")
    assert third.notices.sentence == ""


def test_work_of_a_window_that_is_still_there_is_not_offered(open_window, file):
    first = open_window(path=file)
    change(first)
    first.filing.document.keep_unsaved()
    second = open_window()
    assert second.notices.sentence == ""


def test_unsaved_work_is_kept_by_itself_a_few_seconds_after_a_change(qtbot, open_window, file):
    window = open_window(path=file)
    change(window)
    unsaved = window.filing.document.unsaved
    qtbot.waitUntil(lambda: unsaved.is_kept, timeout=6000)
    press(qtbot, window, "Ctrl+S")
    assert not unsaved.is_kept


def test_one_change_after_another_does_not_put_off_what_is_kept(qtbot, open_window, file):
    window = open_window(path=file)
    document = window.filing.document
    document._autosave.setInterval(300)
    rates = itertools.count(1)

    def is_kept_though_it_changes():
        change(window, next(rates) / 1000)
        return document.unsaved.is_kept

    qtbot.waitUntil(is_kept_though_it_changes, timeout=6000)


def test_a_session_that_ended_with_unsaved_work_goes_on_with_it(open_window, file, tmp_path):
    first = open_window(path=file)
    change(first)
    remember_session(first.filing, tmp_path)  # As after SIGTERM, when nobody could be asked.
    again = open_window(session=tmp_path / SESSION)
    assert again.filing.document.path == file
    assert again.isWindowModified()
    assert again.controller.experiment.edits[0].value == 0.125


_ENDED = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui import app

def end():
    window = next(each for each in QApplication.topLevelWidgets() if hasattr(each, "filing"))
    window._edit("learning_rate", (), 0.125)
    os.kill(os.getpid(), signal.SIGTERM)

furnish = app.furnish
def furnish_and_end(window, log):
    QTimer.singleShot(500, end)
    return furnish(window, log)

app.furnish = furnish_and_end
sys.exit(app.run(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program without a word")
def test_a_program_that_is_told_to_end_asks_nothing_and_keeps_what_is_not_saved(open_window, file):
    before = file.read_bytes()
    ended = subprocess.run([sys.executable, "-c", _ENDED, str(file)], check=False, timeout=60)
    assert ended.returncode == 0
    assert file.read_bytes() == before
    window = open_window(session=data_folder() / SESSION)
    assert window.filing.document.path == file
    assert window.isWindowModified()
    assert window.controller.experiment.edits[0].value == 0.125


def test_changes_that_were_given_up_are_not_in_the_next_session(open_window, file, tmp_path):
    first = open_window(path=file)
    change(first)
    first.answers["unsaved"] = dialogs.Unsaved.DISCARD
    first.close()
    remember_session(first.filing, tmp_path)
    again = open_window(session=tmp_path / SESSION)
    assert not again.isWindowModified()
    assert again.controller.experiment.edits == ()
    assert again.notices.sentence == ""


def test_damaged_lists_of_files_are_the_defaults(application):
    settings = Settings()
    settings._store.setValue("files/recent", 3.5)
    assert settings.recent == ()


def test_a_notice_can_be_answered_by_keyboard(qtbot, open_window, file):
    second = [open_window(path=file), open_window(path=file)][1]
    button = second.notices.findChildren(QPushButton)[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert second.notices.sentence == ""


def test_what_is_kept_of_unsaved_work_follows_where_one_stands(qtbot, open_window, file):
    window = open_window(path=file)
    change(window)
    unsaved = window.filing.document.unsaved
    qtbot.waitUntil(lambda: unsaved.is_kept, timeout=6000)
    press(qtbot, window, "Ctrl+T")
    qtbot.waitUntil(lambda: window.controller.completed > 200)
    press(qtbot, window, "Ctrl+T")
    place = window.controller.position
    qtbot.waitUntil(lambda: experiment_json.read(unsaved.path).position == place, timeout=6000)
