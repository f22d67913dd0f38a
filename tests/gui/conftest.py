"""The real window, on a run of an example."""

import pytest

from gui import app, dialogs


@pytest.fixture(autouse=True)
def _as_it_was(qapp):
    """Gives the application its text size and colours back: a window sets them for everyone."""
    font, palette = qapp.font(), qapp.palette()
    yield
    if qapp.font() != font:
        qapp.setFont(font)
    if qapp.palette() != palette:
        qapp.setPalette(palette)


@pytest.fixture
def qtbot(qtbot, monkeypatch):
    """Keeps every widget until the test is over, when qtbot closes it.

    A widget that a test lets go of while it is shown is deleted at once, or whenever the collector
    runs: that may be while Qt is giving it the focus, and Qt does not survive it.
    """
    kept, add = [], qtbot.addWidget

    def keep(widget, **options):
        kept.append(widget)
        add(widget, **options)

    monkeypatch.setattr(qtbot, "addWidget", keep)
    return qtbot


@pytest.fixture(scope="session")
def application(qapp):
    """The one QApplication, with the program's fonts and style."""
    app.prepare(qapp)
    return qapp


@pytest.fixture
def open_window(application, qtbot, monkeypatch):
    """Opens a window as a launch does. What it tells in dialogs is collected in `told`.

    What it asks before unsaved work is lost is collected in `asked`, and answered from `answers`.
    """
    told = []
    monkeypatch.setattr("gui.dialogs.tell", lambda _parent, sentence: told.append(sentence))

    def ask_about_unsaved(_parent, title):
        asked.append(title)
        return answers.get("unsaved", dialogs.Unsaved.DISCARD)

    asked, answers = [], {}
    monkeypatch.setattr("gui.dialogs.ask_about_unsaved", ask_about_unsaved)

    def open_on(example="2-3-2", path=None, session=None, size=(1280, 800)):
        window = app.make_window()
        window.told, window.asked, window.answers = told, asked, answers
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        if path is not None or session is not None:
            window.filing.open_at_launch(path, session)
        else:
            window.filing.open_example(example)
        qtbot.waitUntil(lambda: window.study.loss.is_installed)
        window.activateWindow()
        return window

    return open_on


@pytest.fixture
def window(open_window):
    return open_window()
