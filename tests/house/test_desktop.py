"""Gradwalk in the menu and in the file manager of a Linux desktop."""

import configparser
import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.formats.experiment_json import SUFFIX

_ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop entry is a Linux thing")


def desktop(act, home):
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    subprocess.run([_ROOT / "tools" / "desktop.sh", act], check=True, env=environment)


@pytest.fixture
def home(tmp_path):
    desktop("install", tmp_path)
    return tmp_path


def entry_of(home):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(home / "applications" / "gradwalk.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_menu_entry_starts_this_program_with_a_file(home):
    command = shlex.split(entry_of(home)["Exec"])
    assert command == [str(_ROOT / ".venv/bin/python"), str(_ROOT / "main.py"), "%f"]


def test_the_entry_and_the_type_name_the_same_kind_of_file(home):
    tree = ElementTree.parse(home / "mime" / "packages" / "gradwalk.xml")
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    kind = tree.find("m:mime-type", space)
    assert entry_of(home)["MimeType"] == kind.attrib["type"] + ";"
    assert kind.find("m:glob", space).attrib["pattern"] == f"*{SUFFIX}"


def test_its_icon_is_the_programs(home):
    icons = home / "icons" / "hicolor" / "scalable" / "apps"
    assert (icons / f"{entry_of(home)['Icon']}.svg").is_file()


def test_removing_leaves_nothing_of_it(home):
    desktop("remove", home)
    assert list(home.rglob("gradwalk*")) == []
