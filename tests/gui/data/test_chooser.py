import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import Qt

from engine.datasets import DATASETS, DataSettings, load
from gui.data.chooser import BuiltInChooser
from gui.data.set_words import set_descriptions, set_titles
from gui.theme import DARK, LIGHT


@pytest.fixture
def chooser(application, qtbot):
    made = BuiltInChooser(LIGHT)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.told = []
    made.changed.connect(made.told.append)
    return made


def choose(qtbot, chooser, title):
    chooser.sets.setFocus()
    qtbot.keyClick(chooser.sets, Qt.Key.Key_Home)
    while not chooser.sets.currentText().startswith(title):
        qtbot.keyClick(chooser.sets, Qt.Key.Key_Down)


def type_in(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_every_set_of_the_engine_is_named_and_described():
    assert set_titles() == {name: each.title for name, each in DATASETS.items()}
    assert set_descriptions() == {name: each.description for name, each in DATASETS.items()}


def test_a_set_begins_with_its_usual_size_and_noise(chooser, qtbot):
    choose(qtbot, chooser, "Spiral")
    assert chooser.samples.field.text() == "240"
    assert chooser.noise.field.text() == "0.15"
    assert chooser.about.text() == "Points on three arms of a spiral."
    assert_array_equal(chooser.data().inputs, load("spiral").inputs)


def test_size_noise_and_seed_can_be_typed(chooser, qtbot):
    choose(qtbot, chooser, "Two")
    type_in(qtbot, chooser.samples.field, "31")
    type_in(qtbot, chooser.noise.field, "2e-1")
    type_in(qtbot, chooser.seed.field, "5")
    data = chooser.told[-1]
    assert data.settings == DataSettings(31, 0.2, 5)
    assert data.samples == 31
    assert_array_equal(data.inputs, load("two_moons", data.settings).inputs)


# A field that is left with what is no number says so in a tooltip of its own.
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("samples", "1", "Samples: 1, but it has to be from 2 to 100000"),
        ("samples", "2.5", "Samples: 2.5, but it has to be a whole number"),
        ("noise", "-1", "Noise: −1, but it has to be from 0 to 10"),
        ("noise", "nan", "Noise: nan is not a finite number."),
    ],
)
def test_what_cannot_be_had_is_told_and_nothing_is_clamped(chooser, qtbot, field, typed, reason):
    choose(qtbot, chooser, "Circles")
    choice = getattr(chooser, field)
    type_in(qtbot, choice.field, typed)
    assert chooser.message.isVisible()
    assert chooser.message.text() == reason
    assert chooser.data() is None
    assert chooser.told[-1] is None
    assert choice.field.text() == typed
    choose(qtbot, chooser, "Line")
    assert chooser.message.text() == ""
    assert chooser.data().name == "line"


def test_a_set_without_a_choice_offers_none(chooser, qtbot):
    choose(qtbot, chooser, "XOR")
    assert not chooser.samples.field.isVisible()
    assert not chooser.noise.field.isVisible()
    assert not chooser.seed.field.isVisible()
    choose(qtbot, chooser, "Encoder")
    assert chooser.samples.field.isVisible()
    assert not chooser.noise.field.isVisible()
    assert chooser.data().samples == 8


def test_the_set_that_is_open_is_shown(chooser):
    chooser.set_data(load("plane", DataSettings(33, 0.5, 2)))
    assert chooser.sets.currentText() == "Plane"
    assert chooser.data().settings == DataSettings(33, 0.5, 2)


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_has_a_picture_or_says_why_not(chooser, name):
    for theme in (LIGHT, DARK):
        chooser.set_theme(theme)
        chooser.set_data(load(name))
        picture = chooser.picture.grab().toImage()
        colours = {
            picture.pixel(x, y)
            for x in range(5, picture.width() - 5, 2)
            for y in range(5, picture.height() - 5, 2)
        }
        assert len(colours) > 2
    said = chooser.picture.accessibleDescription()
    assert ("too many" in said) == (load(name).inputs.shape[1] > 2)


def test_the_mnemonics_lead_to_the_fields(chooser, qtbot):
    choose(qtbot, chooser, "Line")
    chooser.activateWindow()
    qtbot.keyClick(chooser, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert chooser.noise.field.hasFocus()
