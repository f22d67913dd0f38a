import subprocess
import sys
import tomllib

import pytest

from tests.house.sources import ROOT

# A module that is None in sys.modules cannot be imported, whether or not it is installed.
BLOCK_QT = """
import sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
"""
IMPORT_EACH = """
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
RUN_MAIN = """
import runpy
sys.argv[0] = "main.py"
runpy.run_path("main.py", run_name="__main__")
"""


def python_without_qt(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCK_QT + code, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["PySide6.QtCore", "shiboken6", "pyqtgraph"])
def test_the_block_holds(name):
    assert "ModuleNotFoundError" in python_without_qt(f"import {name}").stderr


def test_the_engine_imports_without_qt():
    sources = [path.relative_to(ROOT) for path in (ROOT / "engine").rglob("*.py")]
    names = [".".join(path.with_suffix("").parts) for path in sources]
    assert "engine.timeline" in names
    result = python_without_qt(IMPORT_EACH, *sorted(names))
    assert (result.returncode, result.stderr) == (0, "")


def test_the_version_is_told_without_qt():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    result = python_without_qt(RUN_MAIN, "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert project["version"] in result.stdout.split()


@pytest.mark.parametrize("command", ["trace", "train"])
def test_a_command_explains_itself_without_qt(command):
    result = python_without_qt(RUN_MAIN, command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "--iterations" in result.stdout
