import subprocess
import sys

import pytest

from gui import preflight
from gui.preflight import (
    PLATFORM_LIBRARIES,
    answers,
    complaint,
    missing_display,
    missing_libraries,
    platforms,
    unreachable_display,
)
from tests.house.sources import ROOT

X = {"DISPLAY": ":0"}
BOTH = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


def all_but(*absent):
    return lambda library: library not in absent


def test_nothing_is_said_where_nothing_is_missing():
    assert complaint(X, all_but(), "linux", lambda display: True) is None


def test_one_sentence_names_the_library_and_the_package():
    assert complaint(X, all_but("libEGL.so.1"), "linux") == (
        "Gradwalk's window needs libEGL.so.1, which this system lacks: "
        "sudo apt install libegl1 (on Debian and Ubuntu)."
    )


def test_several_libraries_are_one_sentence_and_each_package_once():
    absent = ("libglib-2.0.so.0", "libgthread-2.0.so.0", "libxcb-cursor.so.0")
    sentence = complaint(X, all_but(*absent), "linux")
    assert "libglib-2.0.so.0, libgthread-2.0.so.0 and libxcb-cursor.so.0" in sentence
    assert "sudo apt install libglib2.0-0 libxcb-cursor0 (" in sentence


@pytest.mark.parametrize("library", PLATFORM_LIBRARIES["xcb"])
def test_a_library_of_the_screen_is_needed_only_there(library):
    assert missing_libraries(["xcb"], all_but(library), "linux").keys() == {library}
    assert missing_libraries(["offscreen"], all_but(library), "linux") == {}


def test_with_two_screens_one_complete_plugin_is_enough():
    names = platforms(BOTH)
    assert missing_libraries(names, all_but("libxcb-cursor.so.0"), "linux") == {}
    assert missing_libraries(names, all_but("libwayland-client.so.0"), "linux") == {}
    neither = all_but("libwayland-client.so.0", "libxcb-cursor.so.0")
    assert missing_libraries(names, neither, "linux").keys() == {"libwayland-client.so.0"}


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, ()),
        ({"DISPLAY": ""}, ()),
        (X, ("xcb",)),
        (BOTH, ("wayland", "xcb")),
        ({"QT_QPA_PLATFORM": "offscreen"}, ("offscreen",)),
        (X | {"QT_QPA_PLATFORM": "wayland;xcb:option=1"}, ("wayland", "xcb")),
    ],
)
def test_the_platform_is_what_qt_would_choose(environ, names):
    assert platforms(environ) == names


def test_no_screen_is_one_sentence():
    assert missing_display({}, "linux").count(". ") == 0
    assert "DISPLAY" in complaint({}, all_but(), "linux")


@pytest.mark.parametrize("environ", [X, BOTH, {"QT_QPA_PLATFORM": "offscreen"}])
def test_a_screen_or_a_chosen_platform_is_enough(environ):
    assert missing_display(environ, "linux") is None


def test_a_screen_that_does_not_answer_is_one_sentence():
    sentence = complaint(X, all_but(), "linux", lambda display: False)
    assert sentence == (
        "Gradwalk cannot reach the screen that DISPLAY names (:0): start it from a desktop "
        "session, or use the commands trace and train, which need no screen."
    )
    assert unreachable_display(BOTH, lambda display: False, "linux") is None


def test_a_number_nobody_serves_does_not_answer():
    assert not answers(":987")


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_only_linux_is_asked(system):
    assert complaint({}, all_but("libEGL.so.1"), system) is None


def test_a_library_nobody_has_does_not_load():
    assert not preflight.loads("libgradwalk-nobody-has-this.so.9")


def test_it_runs_without_qt_and_fails_with_its_sentence():
    code = (
        "import sys; sys.modules['PySide6'] = None; from gui import preflight; "
        "preflight.complaint = lambda environ: 'It lacks a thing.'; sys.exit(preflight.main([]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "It lacks a thing.\n")
