import os

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtGui import QGuiApplication


@pytest.mark.window
def test_the_tests_run_on_the_platform_they_were_asked_to(qapp):
    assert QGuiApplication.platformName() == os.environ.get("GRADWALK_TEST_PLATFORM", "offscreen")


@pytest.mark.parametrize("run", ["first", "second"])
def test_settings_stay_within_the_test(qapp, tmp_path, run):
    settings = QSettings("Gradwalk", "Gradwalk")
    assert not settings.contains("text_size")
    settings.setValue("text_size", 12)
    settings.sync()
    assert settings.fileName().startswith(str(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no XDG folders; Qt's test mode moves them")
@pytest.mark.parametrize("place", ["AppConfigLocation", "AppDataLocation", "CacheLocation"])
def test_files_stay_within_the_test(qapp, tmp_path, place):
    location = getattr(QStandardPaths.StandardLocation, place)
    assert QStandardPaths.writableLocation(location).startswith(str(tmp_path))
