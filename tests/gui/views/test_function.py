"""What the network computes, on the real widget: what is shown is what the engine computes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget

from engine.activations import ACTIVATIONS
from engine.arrays import frozen
from engine.datasets import Data, load
from engine.experiment import Experiment, Layer, Network
from engine.formats import experiment_json
from engine.losses import LOSSES
from engine.optimizers import Adam, GradientDescent
from engine.position import Position
from engine.predictions import outputs
from engine.timeline import Timeline
from gui import fonts
from gui.function.symbols import class_colour, symbol
from gui.function.table import ERROR, INPUTS, OUTPUT, SAMPLE, TARGET, VERDICT
from gui.numbers import NumberFormat
from gui.theme import DARK, LIGHT
from gui.views.function import FunctionView


@pytest.fixture(autouse=True)
def _bundled_font(qapp):
    fonts.load_fonts()
    before = qapp.font()
    qapp.setFont(fonts.text_font(9.5))
    yield
    qapp.setFont(before)


def example(name):
    return experiment_json.read(Path(f"resources/examples/{name}.gradwalk.json"))


def on(data, hidden=(8,), output="sigmoid", loss="half_squared_error", batch=4, rate=0.02):
    data = load(data) if isinstance(data, str) else data
    layers = [Layer(units, ACTIVATIONS["tanh"]) for units in hidden]
    layers.append(Layer(data.targets.shape[1], ACTIVATIONS[output]))
    network = Network(data.inputs.shape[1], tuple(layers))
    return Experiment(network, LOSSES[loss], data, Adam(rate), batch, shuffle=True)


def spiral():
    return on("spiral", (12,), "softmax", "cross_entropy")


def plane(targets, count=30):
    random = np.random.default_rng(1)
    inputs = random.uniform(-1.0, 1.0, (count, 2))
    return Data(frozen(inputs), frozen(targets(inputs)), ("width", "height"))


@pytest.fixture
def view_of(qtbot):
    kept = []  # A view without an owner would be collected, even in the midst of being painted.

    def make(experiment, trained=0, size=(480, 260), step=0):
        timeline = Timeline(experiment)
        if trained:
            timeline.train(trained)
        timeline.seek(Position(trained, step, ()))
        view = FunctionView()
        qtbot.addWidget(view)
        view.resize(*size)
        view.set_experiment(timeline.experiment)
        view.show_frame(timeline.frame())
        view.show()
        qtbot.waitExposed(view)
        view.timeline = timeline
        kept.append(view)
        return view

    return make


def exact(view, *inputs):
    frame = view.timeline.frame()
    return outputs(frame.program, frame.after, np.array([inputs]))[0]


def nearest(colour, candidates):
    def distance(other):
        pairs = zip(colour.getRgb(), QColor(other).getRgb(), strict=True)
        return sum((a - b) ** 2 for a, b in pairs)

    return min(candidates, key=distance)


def hue_of(colour, candidates):
    """Whose hue a colour has, however faint it is."""
    return min(candidates, key=lambda other: abs(colour.hue() - QColor(other).hue()))


def settled(qtbot, view):
    """After the pause in which finer details are computed."""
    before = view.computations
    qtbot.waitUntil(lambda: view.computations > before)


def cell(view, row, column):
    return view.body().model().index(row, column).data()


# Which kind of picture


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xor", "boundary"),
        ("sine", "curve"),
        ("iris", "table"),
        ("digits", "table"),
        ("4-5-3-2", "table"),
        ("2-3-2", "map"),
        ("2-3-1", "map"),
        ("2-2-2-no-biases", "map"),
    ],
)
def test_the_number_of_inputs_and_the_targets_decide_how_it_is_drawn(view_of, name, kind):
    assert view_of(example(name)).kind() == kind


def test_another_experiment_takes_the_place_of_the_first(view_of):
    view = view_of(example("sine"))
    view.set_experiment(example("iris"))
    assert view.kind() == "table"
    assert view.caption() == ""
    view.set_experiment(example("xor"))
    view.show_frame(Timeline(example("xor")).frame())
    assert view.kind() == "boundary"


# Two inputs


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["xor", "two_moons"])
def test_the_colour_of_a_place_tells_on_which_side_of_the_boundary_it_is(view_of, name, theme):
    experiment = example("xor") if name == "xor" else on(name)
    view = view_of(experiment, trained=300)
    view.set_theme(theme)
    plot = view.body()
    checked = 0
    for x in np.linspace(*plot.x_range.ends, 9):
        for y in np.linspace(*plot.y_range.ends, 9):
            value = exact(view, x, y)[0]
            if abs(value - 0.5) > 0.2:
                wanted = theme.positive if value > 0.5 else theme.negative
                assert nearest(plot.colour_at(x, y), (theme.positive, theme.negative)) == wanted
                checked += 1
    assert checked > 20


def test_each_class_has_the_colour_of_its_region(view_of):
    view = view_of(spiral(), trained=600)
    plot, colours = view.body(), [class_colour(LIGHT, index, 3) for index in range(3)]
    seen = set()
    # The points the outputs were computed at, every fourth of them.
    for x in np.linspace(*plot.x_range.ends, view.side)[::4]:
        for y in np.linspace(*plot.y_range.ends, view.side)[::4]:
            found = exact(view, x, y)
            second, first = np.sort(found)[-2:]
            if first - second > 0.2:
                assert hue_of(plot.colour_at(x, y), colours) == colours[found.argmax()]
                seen.add(int(found.argmax()))
    assert seen == {0, 1, 2}


def test_the_picture_on_the_screen_has_the_colours_of_the_places(view_of):
    view = view_of(example("xor"), trained=400)
    plot, image = view.body(), view.body().grab().toImage()
    for x, y in ((0.1, 0.9), (0.5, 0.5), (0.3, 0.05), (0.8, 0.9)):
        place = plot.place_of(x, y).toPoint() * image.devicePixelRatio()
        drawn, meant = image.pixelColor(place), plot.colour_at(x, y)
        pairs = zip(drawn.getRgb(), meant.getRgb(), strict=True)
        assert max(abs(a - b) for a, b in pairs) < 12


def test_every_class_has_a_symbol_of_its_own():
    shapes = {symbol(index).toFillPolygon().boundingRect().getRect() for index in range(10)}
    counts = {tuple(p.toTuple() for p in symbol(index).toFillPolygon()) for index in range(10)}
    assert len(counts) == 10
    assert len(shapes) > 5


def test_the_readout_at_a_place_is_the_engines_output(view_of):
    view = view_of(example("xor"), trained=50)
    value = NumberFormat().short(float(exact(view, 0.5, 0.75)[0]), 4)
    assert view.readout_at(0.5, 0.75) == f"x1 0.5, x2 0.75 → {value}"


def test_the_readout_names_the_class_and_the_sample_beside_it(view_of):
    view = view_of(spiral(), trained=600)
    row = 200
    x, y = load("spiral").inputs[row]
    found = exact(view, x, y)
    name = ("arm 1", "arm 2", "arm 3")[found.argmax()]
    text = view.readout_at(x, y)
    assert f"→ {name}, {NumberFormat().short(float(found.max()), 3)}" in text
    assert text.endswith(f"row {row + 1}: target arm 3")


def test_pointing_says_what_is_there_and_goes_on_saying_it_while_training(qtbot, view_of):
    view = view_of(example("xor"))
    plot = view.body()
    place = plot.place_of(0.5, 0.5)
    qtbot.mouseMove(plot, place.toPoint())
    before = plot.hint_text()
    assert before.startswith("x1 0.")
    view.timeline.train(200)
    view.show_frame(view.timeline.frame())
    assert plot.hint_text() != before
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.hint_text() == ""


def test_what_is_said_of_a_place_stays_within_the_plot(view_of):
    view = view_of(spiral(), size=(340, 200))
    plot = view.body()
    for x, y in load("spiral").inputs[::20]:
        plot.point_at(plot.place_of(x, y))
        label = plot.findChild(QLabel)
        assert "row" in label.text()
        assert plot.rect().contains(label.geometry())


@pytest.mark.parametrize("name", ["xor", "2-3-2"])
def test_a_low_map_gives_its_height_to_the_picture(view_of, name):
    view = view_of(example(name), size=(380, 105))
    plot = view.body()
    area, line = plot.area(), plot.line_height()
    assert area.height() > plot.height() - 2 * line
    # Both names stand below the picture, where the upper one would take a line of its height.
    below = QRect(int(area.center().x()), int(area.bottom()) + 5, 1000, 1000) & plot.rect()
    named = plot.grab(below).toImage()
    plot.y_name = ""
    plot.redraw()
    assert plot.grab(below).toImage() != named
    tall = view_of(example(name), size=(380, 260)).body()
    assert tall.area().top() > tall.line_height()


def test_pixels_and_values_are_inverse(view_of):
    plot = view_of(example("xor")).body()
    assert_allclose(plot.values_at(plot.place_of(0.3, 0.8)), (0.3, 0.8), atol=1e-12)


def test_outputs_that_are_numbers_are_drawn_one_at_a_time(view_of):
    data = plane(lambda x: np.stack([x[:, 0] * x[:, 1], 3 + x[:, 0]], axis=1))
    view = view_of(on(data, output="identity"), trained=300)
    assert view.kind() == "map"
    assert view.outputs_to_choose() == ["o1", "o2"]
    assert view.findChild(QComboBox).isVisible()
    for chosen in (0, 1):
        view.choose_output(chosen)
        value = NumberFormat().short(float(exact(view, 0.5, 0.5)[chosen]), 4)
        assert view.readout_at(0.5, 0.5).split("\n")[0] == f"width 0.5, height 0.5 → {value}"


def test_several_yes_or_no_outputs_are_each_a_boundary(view_of):
    data = plane(lambda x: (x > 0).astype(np.float64))
    view = view_of(on(data), trained=200)
    assert view.kind() == "boundary"
    assert view.outputs_to_choose() == ["o1", "o2"]


def test_classes_can_be_looked_at_one_by_one(view_of):
    view = view_of(spiral(), trained=100)
    assert view.outputs_to_choose() == ["all classes", "arm 1", "arm 2", "arm 3"]
    view.choose_output(2)
    value = NumberFormat().short(float(exact(view, 0.25, 0.75)[1]), 4)
    assert view.readout_at(0.25, 0.75).startswith(f"x1 0.25, x2 0.75 → {value}")


def test_the_choice_has_room_for_the_names_of_another_experiment(view_of):
    data = plane(lambda x: (x > 0).astype(np.float64))
    view = view_of(on(data))
    assert view.outputs_to_choose() == ["o1", "o2"]
    view.set_experiment(spiral())
    view.show_frame(Timeline(spiral()).frame())
    QApplication.processEvents()
    anew = view_of(spiral()).findChild(QComboBox)
    assert view.findChild(QComboBox).width() == anew.width()


def test_a_single_output_leaves_nothing_to_choose(view_of):
    assert not view_of(example("xor")).findChild(QComboBox).isVisible()


def test_the_samples_of_the_batch_are_ringed_and_can_be_picked(qtbot, view_of):
    view = view_of(on("two_moons", batch=5))
    picked = []
    view.sample_picked.connect(picked.append)
    frame, plot = view.timeline.frame(), view.body()
    assert_allclose(plot.batch, load("two_moons").inputs[list(frame.samples)])
    for column in (3, 0):
        place = plot.place_of(*plot.batch[column]).toPoint()
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert picked == [3, 0]
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert picked == [3, 0]


def test_the_ring_of_the_chosen_sample_is_seen_on_the_screen(view_of):
    view = view_of(on("two_moons", batch=5))
    plot = view.body()
    images = []
    for column in (0, 1):
        view.set_sample(column)
        assert plot.chosen == column
        images.append(plot.grab().toImage())
    place = plot.place_of(*plot.batch[1]) + QPointF(8.5, 0)
    first, second = (image.pixelColor(place.toPoint()).lightness() for image in images)
    assert second < first


def test_a_sample_beyond_a_smaller_last_batch_is_its_last(view_of):
    view = view_of(on("two_moons", batch=3))
    view.set_sample(7)
    assert view.body().chosen == 2


# One input


def test_the_curve_passes_through_the_engines_outputs(view_of):
    view = view_of(example("sine"), trained=200)
    curve = view.body().curve
    assert len(curve) > 100
    for x, y in curve[::20]:
        assert y == pytest.approx(exact(view, x)[0], rel=1e-12)
    assert curve[0, 0] < load("noisy_sine").inputs.min()
    assert curve[-1, 0] > load("noisy_sine").inputs.max()


def test_the_curve_is_drawn_where_its_values_are(view_of):
    view = view_of(example("sine"), trained=200)
    plot = view.body()
    image = plot.grab().toImage()
    x, y = plot.curve[-12]
    place = plot.place_of(x, y).toPoint()
    column = [image.pixelColor(place.x(), place.y() + dy) for dy in (-2, -1, 0, 1, 2)]
    assert any(nearest(each, (LIGHT.positive, LIGHT.surface)) == LIGHT.positive for each in column)


def test_the_curve_and_all_points_lie_within_the_axes(view_of):
    view = view_of(example("sine"))
    plot = view.body()
    values = np.concatenate((plot.curve[:, 1], plot.points[:, 1]))
    assert plot.y_range.low <= values.min()
    assert values.max() <= plot.y_range.high


def test_the_axis_grows_with_a_curve_that_leaves_the_points(view_of):
    experiment = replace(example("sine"), optimizer=GradientDescent(3.0))
    view = view_of(experiment)
    before = view.body().y_range
    view.show_frame(view.timeline.seek(Position(2, 0, ())))
    values, after = view.body().curve[:, 1], view.body().y_range
    assert np.abs(values).max() > max(np.abs(before.ends))
    assert after.low <= values.min()
    assert values.max() <= after.high


def test_the_readout_of_a_curve_is_the_output_at_that_input(view_of):
    view = view_of(example("sine"), trained=20)
    value = NumberFormat().short(float(exact(view, -3.2)[0]), 4)
    assert view.readout_at(-3.2, 1.9) == f"x −3.2 → {value}"


# A table


def test_each_row_of_the_table_is_the_engines_prediction(view_of):
    view = view_of(example("iris"), trained=200)
    data, frame = load("iris"), view.timeline.frame()
    found = outputs(frame.program, frame.after, data.inputs)
    rights = 0
    for row in range(0, 150, 7):
        said, wanted = found[row].argmax(), data.targets[row].argmax()
        value = NumberFormat().short(float(found[row, said]), 3)
        assert cell(view, row, OUTPUT) == f"{data.target_names[said]}, {value}"
        assert cell(view, row, TARGET) == data.target_names[wanted]
        assert cell(view, row, VERDICT) == ("✓ right" if said == wanted else "✗ wrong")
        error = NumberFormat().short(-float(np.log(found[row, wanted])), 4)
        assert cell(view, row, ERROR) == error
        rights += said == wanted
    assert 0 < rights
    assert cell(view, 0, INPUTS) == "5.1, 3.5, 1.4, 0.2"


def test_the_table_follows_the_weights(view_of):
    view = view_of(example("iris"))
    before = [(cell(view, row, OUTPUT), cell(view, row, VERDICT)) for row in range(60, 150)]
    view.show_frame(view.timeline.seek(Position(300, 0, ())))
    after = [(cell(view, row, OUTPUT), cell(view, row, VERDICT)) for row in range(60, 150)]
    data, frame = load("iris"), view.timeline.frame()
    found = outputs(frame.program, frame.after, data.inputs)
    right = found.argmax(axis=1) == data.targets.argmax(axis=1)
    assert {one == other for (one, _), (other, _) in zip(before, after, strict=True)} == {False}
    assert [verdict == "✓ right" for _, verdict in after] == right[60:].tolist()


def test_outputs_that_are_not_classes_have_no_verdict(view_of):
    view = view_of(example("4-5-3-2"))
    found = exact(view, 0.1, 0.7, -0.4, 0.9)
    texts = [NumberFormat().short(float(value), 4) for value in found]
    assert cell(view, 0, OUTPUT) == ", ".join(texts)
    assert cell(view, 0, TARGET) == "0.8, 0.3"
    assert view.body().isColumnHidden(VERDICT)


def test_the_rows_of_the_batch_are_marked_in_their_place(view_of):
    view = view_of(example("iris"))
    view.set_sample(2)
    samples = view.timeline.frame().samples
    marks = [cell(view, row, SAMPLE) for row in range(150)]
    assert [row for row, mark in enumerate(marks) if mark[0] in "○◉"] == sorted(samples)
    assert marks[samples[2]] == f"◉ {samples[2] + 1}"
    assert [mark.split()[-1] for mark in marks] == [str(row) for row in range(1, 151)]


def test_only_the_rows_in_sight_are_computed(qtbot, view_of):
    view = view_of(example("digits"))
    settled(qtbot, view)
    QApplication.processEvents()
    view.body().repaint()
    assert 0 < view.body().model().computed_rows() <= 160


def test_a_row_of_the_batch_can_be_picked_by_mouse_and_by_key(qtbot, view_of):
    view = view_of(example("iris"))
    picked, table = [], view.body()
    view.sample_picked.connect(picked.append)
    samples = view.timeline.frame().samples
    other = next(row for row in range(150) if row not in samples)
    for row in (samples[4], other):
        index = table.model().index(row, TARGET)
        table.scrollTo(index)
        place = table.visualRect(index).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked == [4]
    table.setCurrentIndex(table.model().index(samples[1], 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert picked == [4, 1]


def test_the_sample_looked_at_comes_into_sight(view_of):
    view = view_of(example("iris"))
    samples = view.timeline.frame().samples
    table = view.body()
    for column in (int(np.argmax(samples)), int(np.argmin(samples))):
        view.set_sample(column)
        rect = table.visualRect(table.model().index(samples[column], SAMPLE))
        assert table.viewport().rect().contains(rect)


def test_digits_are_shown_as_pictures(view_of):
    model = view_of(example("digits")).body().model()
    image = model.picture_in(0, INPUTS).toImage()
    values = load("digits").inputs[0].reshape(8, 8)
    step = image.width() / 8
    for row, column in ((0, 0), (0, 3), (3, 2), (7, 4)):
        place = QPoint(int((column + 0.5) * step), int((row + 0.5) * step))
        darkness = 1 - image.pixelColor(place).lightnessF()
        assert darkness == pytest.approx(values[row, column] * 0.9, abs=0.1)
    assert model.picture_in(0, TARGET) is None


@pytest.mark.parametrize("width", [300, 420, 600, 1000])
def test_the_verdict_is_never_cut_off(view_of, width):
    table = view_of(example("iris"), size=(width, 240)).body()
    needed = table.fontMetrics().horizontalAdvance("✗ wrong") + 8
    index = table.model().index(0, VERDICT)
    left = table.visualRect(index).left()
    assert table.columnWidth(VERDICT) >= needed
    assert left + needed <= table.viewport().width()


# Live


def test_it_computes_anew_only_when_the_weights_change(view_of):
    view = view_of(example("xor"))
    timeline = view.timeline
    before = view.computations
    updates = [step.index for step in timeline.program.steps if step.writes in ("W1", "W2")]
    for step in range(updates[0]):
        view.show_frame(timeline.seek(Position(0, step, ())))
    assert view.computations == before
    view.show_frame(timeline.seek(Position(0, updates[0], ())))
    assert view.computations == before + 1


def test_training_changes_the_picture(view_of):
    view = view_of(example("xor"))
    before = view.body().grab().toImage()
    view.timeline.train(300)
    view.show_frame(view.timeline.frame())
    assert view.body().grab().toImage() != before


def test_half_updated_weights_are_already_used(view_of):
    view = view_of(example("xor"))
    step = view.timeline.program.step_writing("W1").index
    view.show_frame(view.timeline.seek(Position(0, step, (0, 0))))
    value = NumberFormat().short(float(exact(view, 0.5, 0.25)[0]), 4)
    assert view.readout_at(0.5, 0.25).endswith(f"→ {value}")


def test_the_caption_says_which_weights_are_shown(view_of):
    view = view_of(example("xor"), trained=7)
    assert view.caption().startswith("weights of iteration 7 · ")
    steps = view.timeline.program.steps
    view.show_frame(view.timeline.seek(Position(7, view.timeline.program.step_writing("W1").index)))
    assert view.caption().startswith("weights of iteration 7, partly updated")
    view.show_frame(view.timeline.seek(Position(7, len(steps) - 1)))
    assert view.caption().startswith("weights as updated in iteration 7")


def test_the_caption_counts_the_samples_that_are_right(qtbot, view_of):
    view = view_of(example("digits"), trained=60)
    data, frame = load("digits"), view.timeline.frame()
    found = outputs(frame.program, frame.after, data.inputs)
    right = int((found.argmax(axis=1) == data.targets.argmax(axis=1)).sum())
    qtbot.waitUntil(lambda: f"{right}/1797 right" in view.caption())


def test_wide_networks_are_drawn_coarsely_first_and_finely_when_standing_still(qtbot, view_of):
    view = view_of(on("two_moons", (64, 64)))
    coarse = view.side
    assert coarse < view_of(example("xor")).side
    settled(qtbot, view)
    assert view.side > coarse


def test_what_is_not_a_number_is_said_and_not_drawn_as_one(view_of):
    experiment = on(plane(lambda x: x[:, :1] * 2), output="identity")
    experiment = replace(experiment, optimizer=GradientDescent(1e200))
    view = view_of(experiment, trained=3)
    assert not np.isfinite(exact(view, 0.1, 0.2)).any()
    assert view.readout_at(0.1, 0.2).split("→ ")[1][:3] == "NaN"
    hue = view.body().colour_at(0.1, 0.2)
    assert hue.saturationF() < 0.2


# For everyone


def test_it_says_what_it_shows_to_those_who_cannot_see_it(qtbot, view_of):
    view = view_of(example("iris"), trained=20)
    view.set_sample(1)
    row = view.timeline.frame().samples[1]
    assert view.accessibleName() == "What the network computes"
    assert f"row {row + 1}: sepal length" in view.accessibleDescription()
    assert "target" in view.accessibleDescription()
    frame = view.timeline.seek(Position(40, 0, ()))
    view.show_frame(frame)
    row = frame.samples[1]
    qtbot.waitUntil(lambda: f"row {row + 1}: " in view.accessibleDescription())
    assert "weights of iteration 40" in view.accessibleDescription()


@pytest.mark.parametrize("name", ["xor", "sine", "iris", "2-3-2"])
@pytest.mark.parametrize("size", [(200, 120), (300, 150), (900, 500)])
def test_it_can_be_drawn_at_any_size_and_in_both_themes(view_of, name, size):
    view = view_of(example(name), size=size)
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        view.set_numbers(NumberFormat(12))
        assert not view.grab().isNull()


def test_the_title_gives_way_to_the_caption_where_there_is_little_room(view_of):
    roomy, narrow = (
        view_of(example("xor"), size=(600, 250)),
        view_of(example("xor"), size=(260, 150)),
    )

    def shown_in(view):
        inside = (each for each in view.findChildren(QWidget) if each.isVisible())
        return [each.text() for each in inside if hasattr(each, "text")]

    assert "Decision boundary" in shown_in(roomy)
    assert "Decision boundary" not in shown_in(narrow)
    assert narrow.caption() in shown_in(narrow)
