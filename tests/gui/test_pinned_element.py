"""The inspector on an element that another architecture does not have."""

from dataclasses import replace
from functools import partial

import pytest

from engine.experiment import Network
from engine.expression import Term

pytestmark = pytest.mark.window


def with_units(units, experiment):
    first, *others = without_weights(experiment)
    return with_layers(experiment, replace(first, units=units), *others)


def last_layer_only(experiment):
    return with_layers(experiment, without_weights(experiment)[-1])


def without_weights(experiment):
    return [replace(each, weights=None, biases=None) for each in experiment.network.layers]


def with_layers(experiment, *layers):
    return replace(experiment, network=Network(experiment.network.inputs, layers))


@pytest.mark.parametrize(
    ("term", "changed", "is_kept"),
    [
        (Term("a1", (2,)), partial(with_units, 2), False),
        (Term("W2", (0, 2)), partial(with_units, 2), False),
        (Term("z2", (0,)), last_layer_only, False),
        (Term("W1", (1, 0)), partial(with_units, 2), True),
    ],
)
def test_it_closes_where_the_changed_network_has_no_such_element(
    qtbot, window, term, changed, is_kept
):
    window.study.picked.emit(term)
    inspector = window.study.inspector
    assert inspector.isVisible()
    window.controller.restart(changed(window.controller.experiment))
    qtbot.waitUntil(lambda: inspector.isVisible() is is_kept)
    qtbot.wait(1)  # What is pinned is looked up once the window has nothing else to do.
    window.controller.undo_stack.undo()
    qtbot.wait(1)
    assert inspector.isVisible() is is_kept
