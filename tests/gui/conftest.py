"""The real window, on a run of an example."""

import pytest

from engine.formats import experiment_json
from gui import app, examples
from gui.controller import Controller
from gui.main_window import MainWindow
from gui.settings import Settings


@pytest.fixture(scope="session")
def application(qapp):
    """The one QApplication, with the program's fonts and style."""
    app.prepare(qapp)
    return qapp


@pytest.fixture
def open_window(application, qtbot, monkeypatch):
    """Opens a window as a launch does. What it tells in dialogs is collected in `told`."""
    told = []
    monkeypatch.setattr("gui.dialogs.tell", lambda _parent, sentence: told.append(sentence))

    def open_on(example="2-3-2", path=None, session=None, size=(1280, 800)):
        controller = Controller(experiment_json.read(examples.path(examples.FIRST)))
        window = MainWindow(controller, Settings(), "0.0")
        window.told = told
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        if path is not None or session is not None:
            window.open_at_launch(path, session)
        else:
            window.open_example(example)
        qtbot.waitUntil(lambda: window.study.loss.is_installed)
        window.activateWindow()
        return window

    return open_on


@pytest.fixture
def window(open_window):
    return open_window()
