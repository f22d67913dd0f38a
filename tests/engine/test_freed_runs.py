"""A run that is over gives its memory back at once, not when the garbage collector comes by."""

import gc
import weakref

import pytest

from engine.formats import experiment_json
from engine.timeline import Timeline
from tests.examples import FOLDER


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


def test_what_a_run_was_trained_in_is_freed_with_it(no_collector):
    run = Timeline(experiment_json.read(FOLDER / "2-3-2.gradwalk.json"))
    run.train(10)
    buffer = weakref.ref(run._segments[0]._runner.carried)
    assert buffer() is not None
    del run
    assert buffer() is None
