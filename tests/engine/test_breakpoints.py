"""Breakpoints and bookmarks: checked against the network, and carried by the experiment file."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from engine import limits
from engine.bookmarks import Bookmark
from engine.breakpoints import (
    BREAKPOINTS,
    Breakpoint,
    EpochReached,
    GradientAbove,
    GradientBelow,
    IterationReached,
    LayerEntered,
    LossBelow,
    Misclassified,
    NonFiniteMet,
    PhaseEntered,
    Written,
)
from engine.edits import Edit
from engine.errors import ExperimentError, GradwalkError
from engine.formats import experiment_json
from engine.optimizers import Momentum
from engine.position import START, Position
from engine.program import Phase
from engine.timeline import Timeline
from tests.engine.building import by_hand, experiment

EVERY_KIND = (
    PhaseEntered(Phase.DELTA),
    LayerEntered(2),
    LayerEntered(1, Phase.UPDATE, enabled=False),
    Written("W1", (2, 1)),
    Written("velocity_b2", (1,)),
    Written("E"),
    LossBelow(0.05),
    GradientBelow(1e-3),
    GradientAbove(10.0, layer=2),
    IterationReached(1000),
    EpochReached(3),
    Misclassified(),
    NonFiniteMet(enabled=False),
)
BOOKMARKS = (
    Bookmark("the start", START),
    Bookmark("시그모이드 <b>", Position(12, 9, (0, 1))),
    Bookmark("the start", Position(7, 3)),
)
NOTED = replace(
    experiment((2, 3, 2), optimizer=Momentum(0.1)), breakpoints=EVERY_KIND, bookmarks=BOOKMARKS
)


def written(described=NOTED):
    return json.loads(json.dumps(experiment_json.to_json(described)))


def test_every_kind_is_here() -> None:
    assert {each.kind for each in EVERY_KIND} == set(BREAKPOINTS)
    for kind, made in BREAKPOINTS.items():
        assert made.kind == kind


def test_they_come_back_from_the_file_as_they_were() -> None:
    again = experiment_json.from_json(written())
    assert again.breakpoints == EVERY_KIND
    assert again.bookmarks == BOOKMARKS


def test_the_file_says_only_what_is_set() -> None:
    value = written()
    assert value["breakpoints"][0] == {"kind": "phase", "phase": "delta"}
    assert value["breakpoints"][2] == {
        "kind": "layer", "layer": 1, "phase": "update", "enabled": False
    }  # fmt: skip
    assert value["breakpoints"][3] == {"kind": "written", "quantity": "W1", "element": [2, 1]}
    assert value["bookmarks"][0] == {"name": "the start", "iteration": 0, "step": -1}
    assert value["bookmarks"][1] == {
        "name": "시그모이드 <b>", "iteration": 12, "step": 9, "element": [0, 1]
    }  # fmt: skip
    plain = written(replace(NOTED, breakpoints=(), bookmarks=()))
    assert "breakpoints" not in plain
    assert "bookmarks" not in plain


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, "breakpoints[1].kind: is missing"),
        ({"kind": "moon"}, "breakpoints[1].kind: unknown name 'moon'; known are phase, layer,"),
        (7, "breakpoints[1]: a number, but it has to be an object"),
        ({"kind": "phase"}, "breakpoints[1].phase: is missing"),
        ({"kind": "phase", "phase": "up"}, "breakpoints[1].phase: unknown name 'up'"),
        ({"kind": "misclassified", "layer": 1}, "breakpoints[1].layer: unknown field"),
        ({"kind": "non_finite", "enabled": 1}, "breakpoints[1].enabled: a number, but"),
        (
            {"kind": "layer", "layer": 3},
            "breakpoints[1].layer: 3, but the network has layers 1 to 2",
        ),
        ({"kind": "layer", "layer": 0}, "breakpoints[1].layer: 0, but the network has"),
        (
            {"kind": "layer", "layer": 1.5},
            "breakpoints[1].layer: a number, but it has to be a whole",
        ),
        (
            {"kind": "written", "quantity": "W3"},
            "breakpoints[1].quantity: 'W3', but no Step of this",
        ),
        (
            {"kind": "written", "quantity": "a0"},
            "breakpoints[1].quantity: 'a0', but no Step of this",
        ),
        ({"kind": "written", "quantity": "m_W1"}, "breakpoints[1].quantity: 'm_W1', but no Step"),
        ({"kind": "written", "quantity": "W1", "element": [3, 0]}, "W1 has no element [3, 0]"),
        ({"kind": "written", "quantity": "a1", "element": [0, 0]}, "a1 has no element [0, 0]"),
        ({"kind": "written", "quantity": "E", "element": [0]}, "E has no element [0]"),
        ({"kind": "loss_below"}, "breakpoints[1].value: is missing"),
        ({"kind": "gradient_below", "value": -1}, "breakpoints[1].value: -1.0, but a norm is"),
        ({"kind": "gradient_above", "value": 1, "layer": 9}, "breakpoints[1].layer: 9, but the"),
        ({"kind": "iteration", "iteration": -1}, "breakpoints[1].iteration: -1, but it has to be"),
        ({"kind": "epoch", "epoch": 10**10}, "breakpoints[1].epoch: 10000000000, but it has to be"),
    ],
)
def test_a_breakpoint_the_network_has_nothing_for_is_refused_with_its_path(entry, said) -> None:
    value = {**written(), "breakpoints": [{"kind": "misclassified"}, entry]}
    with pytest.raises(ExperimentError, match=re.escape(said)):
        experiment_json.from_json(value)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"iteration": 1}, "bookmarks[0].name: is missing"),
        ({"name": "x"}, "bookmarks[0].iteration: is missing"),
        ({"name": "", "iteration": 1}, "bookmarks[0].name: 0 characters, but"),
        ({"name": "x" * 201, "iteration": 1}, "bookmarks[0].name: 201 characters, but"),
        ({"name": "x", "iteration": -1}, "bookmarks[0].iteration -1: a run goes from 0"),
        ({"name": "x", "iteration": 1, "step": 99}, "bookmarks[0].step 99: an iteration has Steps"),
        ({"name": "x", "iteration": 1, "step": 0, "element": [3]}, "z1 has no such element"),
        ({"name": "x", "iteration": 1, "colour": 0}, "bookmarks[0].colour: unknown field"),
    ],
)
def test_a_bookmark_of_no_place_is_refused_with_its_path(entry, said) -> None:
    with pytest.raises(ExperimentError, match=re.escape(said)):
        experiment_json.from_json({**written(), "bookmarks": [entry]})


@pytest.mark.parametrize("name", ["breakpoints", "bookmarks"])
def test_lists_are_lists_and_not_longer_than_their_limit(name, monkeypatch) -> None:
    for value in ({}, None, [{}] * 1001):
        with pytest.raises(ExperimentError, match=f"^{name}: has to be a list of at most 1000"):
            experiment_json.from_json({**written(), name: value})
    monkeypatch.setattr(limits, f"MAX_{name.upper()}", 2)
    with pytest.raises(ExperimentError, match=f"^{name}: "):
        replace(NOTED, title="the same")


def test_a_frozen_parameter_is_never_written() -> None:
    with pytest.raises(ExperimentError, match=r"quantity: 'b1', but is frozen"):
        replace(by_hand("frozen"), breakpoints=(Written("b1"),))


def test_what_an_edited_rate_freezes_keeps_its_breakpoints_and_bookmarks() -> None:
    noted = replace(
        NOTED, breakpoints=(Written("W1"),), bookmarks=(Bookmark("W2", Position(9, 19)),)
    )
    timeline = Timeline(noted).edited(Edit(5, "learning_rate", (), 0.0))
    assert timeline.experiment.breakpoints == noted.breakpoints
    again = experiment_json.from_json(written(timeline.experiment))
    assert again.bookmarks == noted.bookmarks
    thawed = replace(noted, optimizer=Momentum(0.0))
    assert thawed.breakpoints == noted.breakpoints


def test_noting_something_leaves_the_run_as_it_is() -> None:
    timeline = Timeline(experiment((2, 3, 2), optimizer=Momentum(0.1)))
    timeline.train(30)
    frame, losses = timeline.frame(), timeline.losses.tolist()
    timeline.note(breakpoints=EVERY_KIND)
    timeline.note(bookmarks=BOOKMARKS)
    assert timeline.frame().after is frame.after
    assert timeline.losses.tolist() == losses
    assert timeline.experiment.breakpoints == EVERY_KIND
    assert timeline.experiment.bookmarks == BOOKMARKS
    timeline.note(breakpoints=())
    assert timeline.experiment.breakpoints == ()
    assert timeline.experiment.bookmarks == BOOKMARKS


def test_what_is_noted_is_of_the_run_and_not_of_what_it_is_determined_by() -> None:
    timeline = Timeline(NOTED)
    assert timeline.experiment.breakpoints == EVERY_KIND
    assert timeline.settings.breakpoints == ()
    assert timeline.settings.bookmarks == ()


def test_a_note_that_does_not_fit_is_refused_and_the_others_stay() -> None:
    timeline = Timeline(NOTED)
    wrong: tuple[Breakpoint, ...] = (LayerEntered(7),)
    with pytest.raises(GradwalkError, match=r"breakpoints\[0\]\.layer: 7, but the network has"):
        timeline.note(breakpoints=wrong)
    assert timeline.experiment.breakpoints == EVERY_KIND
