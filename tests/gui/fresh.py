"""What a fresh run shows, to compare a window with."""

import json
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from engine.formats import experiment_json
from engine.position import START
from engine.timeline import Timeline


def fresh_run(controller):
    """A new Timeline of the same experiment, its changes by hand included, at the same place."""
    run = Timeline(controller.experiment)
    run.seek(controller.position)
    return run


def bits(state):
    """Every array of a State, to the bit."""
    return {name: (array.shape, array.tobytes()) for name, array in state.items()}


def assert_frames_equal(frame, fresh):
    assert frame.position == fresh.position
    assert _outline(frame) == _outline(fresh)
    assert (frame.epoch, frame.samples) == (fresh.epoch, fresh.samples)
    assert bits(frame.before) == bits(fresh.before)
    assert bits(frame.after) == bits(fresh.after)


def _outline(frame):
    return [(step.phase, step.layer, step.writes) for step in frame.program.steps]


def assert_as_fresh(controller):
    """Where one stands, and E up to there, are what a run that went nowhere else has."""
    moment, run = controller.moment(), fresh_run(controller)
    assert_frames_equal(moment.frame, run.frame())
    run.look_ahead(len(moment.losses))
    assert moment.losses.tobytes() == run.losses[: len(moment.losses)].tobytes()


def work_of(experiment):
    """What an experiment is, wherever one stands in it and whatever has been noted about it."""
    bare = replace(experiment, title="", notes="", position=START, breakpoints=(), bookmarks=())
    return json.dumps(experiment_json.to_json(bare), sort_keys=True)


_ROUNDED = 2  # of 255: an antialiased line under a clip blends with what is there already


def look_alike(one, other):
    """Whether two lists of pictures are the same, but for what a colour may be rounded by."""
    return len(one) == len(other) and all(map(_looks_like, one, other))


def _looks_like(one, other):
    if one.size() != other.size():
        return False
    levels = np.abs(_levels(one) - _levels(other))
    return bool(levels.max(initial=0) <= _ROUNDED)


def _levels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).astype(np.int16)
