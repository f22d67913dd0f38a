"""Keeps every test off the real screen and out of the person's own settings."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

# The platform is chosen when pytest-qt makes the one QApplication. `make window-tests` asks for a
# real one.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("GRADWALK_TEST_PLATFORM", "offscreen")

_XDG = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
}
# Qt warns where there is no runtime folder, and a warning fails a test.
_runtime = tempfile.TemporaryDirectory(prefix="gradwalk-test-")
os.environ.setdefault("XDG_RUNTIME_DIR", _runtime.name)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with no settings, no recovery file and no log, and leaves none."""
    from PySide6.QtCore import QSettings, QStandardPaths

    home = tmp_path / "home"
    for variable, folder in _XDG.items():
        monkeypatch.setenv(variable, str(home / folder))
    # Windows and macOS read no XDG variables; there Qt's own test mode moves the standard paths.
    # On Linux that mode would put them below the real home, past the variables above.
    QStandardPaths.setTestModeEnabled(sys.platform in ("win32", "darwin"))
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
