"""Where breakpoints hold, held against a walk over every stop that judges each by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from engine import limits
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
from engine.optimizers import GradientDescent
from engine.position import START, Position
from engine.program import Granularity, Phase, Program
from engine.search import Search
from engine.timeline import Timeline
from tests.engine.building import OPTIMIZERS, Reference, all_elements, all_stops, experiment, shown

ITERATIONS = 24
GRANULARITIES = (Granularity.WEIGHT, Granularity.UNIT, Granularity.LAYER)

PLAIN = Reference(experiment((2, 3, 2), samples=5, batch=2, shuffle=True))
FROZEN = Edit(9, "learning_rate", (), 0.0)
THAWED = Edit(15, "learning_rate", (), 2.0)
RUNS = {
    "plain": PLAIN,
    "one sample, adam": Reference(experiment((2, 2, 1), optimizer=OPTIMIZERS["adam"], samples=3)),
    "softmax, no biases": Reference(
        experiment((3, 2, 3), "tanh", "softmax", "cross_entropy", bias=False, samples=7, batch=3)
    ),
    "a weight edited": PLAIN.edited(Edit(7, "W1", (0, 1), 4.0)),
    "frozen, then thawed": PLAIN.edited(FROZEN).edited(THAWED),
}
EDITS = {
    "a weight edited": (Edit(7, "W1", (0, 1), 4.0),),
    "frozen, then thawed": (FROZEN, THAWED),
}


@dataclass(frozen=True)
class At:
    """A stop, and the one before it (None: the start of the run)."""

    run: Reference
    position: Position
    before: Position | None

    @property
    def program(self) -> Program:
        return self.run.program_of(self.position.iteration)

    @property
    def step(self):
        return self.program.steps[self.position.step]

    @property
    def follows(self) -> bool:
        """Whether the stop before it is of the same iteration."""
        return self.before is not None and self.before.iteration == self.position.iteration

    @property
    def step_before(self):
        return self.program.steps[self.before.step] if self.follows else None

    def first_shows(self, name: str, count: int) -> bool:
        """Whether `count` elements of `name` are shown here, and were not at the stop before."""
        written = self.program.step_writing(name)

        def is_shown(position: Position) -> bool:
            if position.step != written.index:
                return position.step > written.index
            return shown(self.program, position.step, position.element) >= count

        if written is None or not is_shown(self.position):
            return False
        return not (self.follows and is_shown(self.before))

    def all_of(self, name: str) -> bool:
        return self.first_shows(name, len(all_elements(self.program, self._index(name))))

    def _index(self, name: str) -> int:
        return self.program.step_writing(name).index

    def end(self, iteration: int):
        return self.run.iteration(iteration)[-1]


def crosses(at: At, holds: Callable[[int], bool]) -> bool:
    iteration = at.position.iteration
    return holds(iteration) and not (iteration > 0 and holds(iteration - 1))


def norm(at: At, iteration: int, layer: int | None) -> float:
    state, program = at.end(iteration), at.run.program_of(iteration)
    names = [s.writes for s in program.steps if s.phase is Phase.GRADIENT]
    wanted = [name for name in names if layer is None or name[2:] == str(layer)]
    return math.sqrt(math.fsum(x * x for name in wanted for x in state[name].ravel().tolist()))


def misses(at: At) -> bool:
    state = at.end(at.position.iteration)
    outputs, targets = state[f"a{at.program.layers}"].T.tolist(), state["t"].T.tolist()
    if len(outputs[0]) == 1:
        return any((a >= 0.5) != (t == 1.0) for (a,), (t,) in zip(outputs, targets, strict=True))
    return any(a.index(max(a)) != t.index(1.0) for a, t in zip(outputs, targets, strict=True))


def holds(wanted: Breakpoint, at: At) -> bool:
    """Whether `wanted` holds at a stop: said in another way than the engine does."""
    match wanted:
        case PhaseEntered(phase=phase):
            entered = at.step_before is None or at.step_before.phase != phase
            return at.step.phase == phase and entered
        case LayerEntered(layer=layer, phase=phase):
            there = at.step.layer == layer and phase in (None, at.step.phase)
            group = (at.step.phase, at.step.layer)
            before = at.step_before
            return there and (before is None or (before.phase, before.layer) != group)
        case Written(quantity=name, element=element):
            written = at.program.step_writing(name)
            if written is None:
                return False
            every = all_elements(at.program, written.index)
            count = next(n for n, each in enumerate(every, 1) if each[: len(element)] == element)
            return at.step.writes == name and at.first_shows(name, count)
        case LossBelow(value=value):
            return at.all_of("E") and crosses(at, lambda i: float(at.end(i)["E"]) < value)
        case GradientBelow(value=value, layer=layer) | GradientAbove(value=value, layer=layer):
            top = at.program.layers if layer is None else layer
            last = f"db{top}" if at.program.has_bias(top) else f"dW{top}"
            above = isinstance(wanted, GradientAbove)
            return at.all_of(last) and crosses(
                at,
                lambda i: (norm(at, i, layer) > value) if above else (norm(at, i, layer) < value),
            )
        case IterationReached(iteration=iteration):
            return at.position.iteration == iteration and not at.follows
        case EpochReached(epoch=epoch):
            own = at.run.experiment
            first = epoch * -(-own.data.samples // own.batch_size)
            return at.position.iteration == first and not at.follows
        case Misclassified():
            return at.all_of(f"a{at.program.layers}") and misses(at)
        case NonFiniteMet():
            return False
    raise AssertionError(wanted)


def walk(run: Reference, granularity: Granularity) -> list[At]:
    for iteration in range(ITERATIONS):
        run.iteration(iteration)
    positions = [
        Position(iteration, *stop)
        for iteration in range(ITERATIONS)
        for stop in all_stops(run.program_of(iteration), granularity)
    ]
    return [
        At(run, position, before)
        for before, position in zip([None, *positions], positions)  # noqa: B905
    ]


def wanted_of(run: Reference) -> list[Breakpoint]:
    """Breakpoints of every kind, with values that the run comes by and values it does not."""
    at = walk(run, Granularity.ITERATION)
    errors = [float(run.iteration(i)[-1]["E"]) for i in range(ITERATIONS)]
    norms = sorted(norm(at[0], i, None) for i in range(ITERATIONS))
    of_layer = sorted(norm(at[0], i, 2) for i in range(ITERATIONS))
    middle = (norms[8] + norms[9]) / 2
    return [
        *(PhaseEntered(phase) for phase in Phase),
        LayerEntered(1),
        LayerEntered(2, Phase.UPDATE),
        Written("W2", (0, 1)),
        Written("W1", (1,)),
        Written("a1", (1,)),
        Written("delta2"),
        Written("E"),
        LossBelow((max(errors) + min(errors)) / 2),
        LossBelow(max(errors) + 1.0),
        LossBelow(-1.0),
        GradientBelow(middle),
        GradientAbove(middle),
        GradientAbove((of_layer[5] + of_layer[6]) / 2, layer=2),
        GradientBelow(0.0),
        IterationReached(0),
        IterationReached(11),
        EpochReached(0),
        EpochReached(2),
        Misclassified(),
        NonFiniteMet(),
    ]


def test_every_kind_is_searched_for_here() -> None:
    assert {each.kind for each in wanted_of(PLAIN)} == set(BREAKPOINTS)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_each_kind_is_found_from_anywhere_in_either_direction(
    name: str, granularity: Granularity
) -> None:
    run = RUNS[name]
    stops = walk(run, granularity)
    own = run.settings[0] if run.settings else run.experiment
    timeline = Timeline(PLAIN.experiment if name in EDITS else own)
    for edit in EDITS.get(name, ()):
        timeline = timeline.edited(edit)
    generator = np.random.default_rng(5)
    for wanted in wanted_of(run):
        where = [place for place, at in enumerate(stops) if holds(wanted, at)]
        starts = {0, len(stops) - 1, *where[:2], *generator.integers(len(stops), size=4).tolist()}
        for start in sorted(starts):
            here = stops[start].position
            timeline.seek(here)
            search = Search(timeline, [wanted], forward=False, granularity=granularity)
            found = search.finish()
            before = [place for place in where if place < start]
            if before:
                assert found is not None, (wanted, here)
                assert found.position == stops[before[-1]].position, (wanted, here)
                assert found.breakpoints == (wanted,)
                assert timeline.position == found.position
            else:
                assert found is None, (wanted, here, found)
                assert timeline.position == START
            after = [place for place in where if place > start]
            timeline.seek(here)
            if after:
                search = Search(timeline, [wanted], granularity=granularity)
                found = search.finish()
                assert found is not None, (wanted, here)
                assert found.position == stops[after[0]].position, (wanted, here)
                assert timeline.position == found.position


@pytest.mark.parametrize("most", [1, 2, 5, 256])
def test_a_search_in_small_pieces_finds_the_same(most: int) -> None:
    stops = walk(PLAIN, Granularity.UNIT)
    for wanted in wanted_of(PLAIN):
        where = [at.position for at in stops if holds(wanted, at)]
        timeline = Timeline(PLAIN.experiment)
        for expected in where[:3]:
            search = Search(timeline, [wanted])
            while search.advance(most):
                assert search.hit is None
            assert timeline.position == expected == search.hit.position
        for expected in where[:3][-2::-1]:
            search = Search(timeline, [wanted], forward=False)
            while search.advance(most):
                assert search.hit is None
            assert timeline.position == expected


def test_the_nearest_of_several_is_found_and_all_that_hold_there_are_named() -> None:
    timeline = Timeline(PLAIN.experiment)
    both = IterationReached(6), EpochReached(2)
    search = Search(
        timeline, [IterationReached(9), *both, PhaseEntered(Phase.UPDATE, enabled=False)]
    )
    hit = search.finish()
    assert hit.position == Position(6, 0, (0,))
    assert set(hit.breakpoints) == set(both)


def test_a_run_that_stays_below_stops_where_it_comes_below_and_not_again() -> None:
    timeline = Timeline(PLAIN.experiment)
    below = LossBelow(1e9)
    first = Search(timeline, [below]).finish()
    assert first.position == Position(0, timeline.program.step_writing("E").index)
    search = Search(timeline, [below])
    for _ in range(20):
        assert search.advance()
    assert search.hit is None
    assert timeline.completed == 20 * 256


def test_nothing_of_the_future_is_known_after_a_hit() -> None:
    timeline, plain = Timeline(PLAIN.experiment), PLAIN.losses(ITERATIONS)
    value = (max(plain) + min(plain)) / 2
    hit = Search(timeline, [LossBelow(value)]).finish()
    assert timeline.newest == hit.position
    assert timeline.losses.tolist() == PLAIN.losses(hit.position.iteration + 1)
    hit = Search(timeline, [PhaseEntered(Phase.UPDATE)]).finish()
    assert timeline.newest == hit.position
    assert len(timeline.losses) == hit.position.iteration + 1


def test_searching_back_forgets_nothing() -> None:
    timeline = Timeline(PLAIN.experiment)
    timeline.train(60)
    Search(timeline, [LossBelow(-1.0), IterationReached(20)], forward=False).finish()
    assert timeline.position.iteration == 20
    assert timeline.losses.tolist() == PLAIN.losses(60)
    assert timeline.newest.iteration == 59


def test_a_search_ends_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = Timeline(PLAIN.experiment)
    monkeypatch.setattr(limits, "MAX_ITERATIONS", 500)
    search = Search(timeline, [LossBelow(-1.0)])
    assert search.finish() is None
    assert search.is_done
    assert timeline.completed == 500
    assert not Search(timeline, [LossBelow(-1.0)]).advance()


# Values that are not finite


EXPLODING = experiment((2, 3, 2), "identity", "identity", optimizer=GradientDescent(3.0), samples=3)


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_the_first_value_that_is_not_finite_is_found_by_its_own_breakpoint(
    granularity: Granularity,
) -> None:
    walked = Timeline(EXPLODING)
    while not walked.frame().non_finite or not any_shown_infinite(walked):
        walked.forward(granularity)
    expected = walked.position
    timeline = Timeline(EXPLODING)
    search = Search(timeline, [NonFiniteMet()], granularity=granularity)
    assert search.finish().position == expected
    assert search.non_finite.sentence() == walked.frame().non_finite.sentence()
    timeline.seek(Position(expected.iteration + 5, 3))
    back = Search(timeline, [NonFiniteMet()], forward=False, granularity=granularity)
    assert back.finish().position == expected


def any_shown_infinite(timeline: Timeline) -> bool:
    frame = timeline.frame()
    values, known = frame.values(frame.step.writes)
    return bool((~np.isfinite(values) & known).any())


def test_any_search_ends_at_the_first_value_that_is_not_finite() -> None:
    timeline = Timeline(EXPLODING)
    search = Search(timeline, [LossBelow(-1.0)])
    assert search.finish() is None
    assert search.is_done
    assert search.non_finite == timeline.frame().non_finite
    assert np.isfinite(timeline.losses).all()
    beyond = Search(timeline, [IterationReached(timeline.position.iteration + 3)])
    assert beyond.finish().position.iteration == search.non_finite.iteration + 3


def test_a_gradient_that_is_not_a_number_is_neither_above_nor_below() -> None:
    timeline = Timeline(EXPLODING)
    found = timeline.train(5000)
    start = found.iteration + 5
    timeline.seek(Position(start))
    for wanted in (GradientAbove(0.0), GradientBelow(1e300), LossBelow(1e300)):
        search = Search(timeline, [wanted])
        search.advance(30)
        assert search.hit is None
        timeline.seek(Position(start))


def test_stops_of_each_kind_are_stops_of_the_cursor() -> None:
    timeline = Timeline(PLAIN.experiment)
    for granularity in GRANULARITIES:
        for wanted in wanted_of(PLAIN):
            timeline.seek(START)
            search = Search(timeline, [wanted], granularity=granularity)
            search.advance(20)
            if search.hit:
                stops = timeline.program.stops(granularity)
                position = search.hit.position
                assert (position.step, position.element) in {
                    stops[each] for each in range(len(stops))
                }


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_looking_back_as_far_as_a_place_tells_the_last_hit_and_moves_nothing(
    granularity: Granularity,
) -> None:
    timeline = Timeline(PLAIN.experiment)
    timeline.train(12)
    wanted = [PhaseEntered(Phase.GRADIENT), LossBelow(0.2)]
    while timeline.position != START:
        here, newest, losses = timeline.position, timeline.newest, timeline.losses.tobytes()
        before = timeline.previous_stop(Granularity.ITERATION)
        assert before is not None
        search = Search(timeline, wanted, forward=False, granularity=granularity)
        hit = search.up_to(before)
        assert (timeline.position, timeline.newest) == (here, newest)
        assert timeline.losses.tobytes() == losses
        far = Search(timeline, wanted, forward=False, granularity=granularity).finish()
        beyond = far is None or timeline.rank(far.position) < timeline.rank(before)
        assert hit is None if beyond else hit.position == far.position
        timeline.seek(before)
