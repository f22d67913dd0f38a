"""Any mixture of steps, seeks, training and edits shows what re-running from the start shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.edits import Edit
from engine.position import Element, Position
from engine.program import Granularity, Program
from engine.timeline import Timeline
from tests.engine.building import (
    OPTIMIZERS,
    Reference,
    all_elements,
    all_stops,
    assert_same_state,
    experiment,
    shown,
)

_FURTHEST = 100
_RUNS = [
    Reference(experiment((2, 3, 2), samples=5, batch=2, shuffle=True)),
    Reference(experiment((2, 2, 1), samples=3, optimizer=OPTIMIZERS["adam"], shuffle=True)),
    Reference(experiment((1, 2), samples=4, batch=3, optimizer=OPTIMIZERS["momentum"])),
    Reference(experiment((3, 2, 2), "tanh", "softmax", "cross_entropy", bias=False, samples=1)),
]
_SPOTS = st.integers(0, 10**6)


_NUMBERS = st.sampled_from([0.0, -0.0, 0.1 + 0.2, -1.5, 1e-3])


@dataclass
class _Left:
    """A run that was left by an edit or by undoing one, and how it was left."""

    timeline: Timeline
    run: Reference
    position: Position
    newest: tuple[int, int, int]
    losses: int


class Travel(RuleBasedStateMachine):
    """The plain counterpart is a position, and a run that was made once from the start."""

    @initialize(run=st.sampled_from(_RUNS), marks=st.integers(0, 6))
    def start(self, run: Reference, marks: int) -> None:
        self.run = run
        self.undoable: list[tuple[_Left, Edit]] = []
        self.redoable: list[tuple[_Left, Edit]] = []
        carried = sum(run.iteration(0)[0][name].nbytes for name in run.program.carried)
        self.budget = marks * carried
        self.least = 2 * carried
        self.timeline = Timeline(run.experiment, mark_bytes=self.budget)
        self.position = Position()
        self.newest = self.rank(Position())
        self.losses = 0

    def rank(self, position: Position) -> tuple[int, int, int]:
        done = 0
        if position.step >= 0:
            program = self.run.program_of(position.iteration)
            done = shown(program, position.step, position.element)
        return position.iteration, position.step, done

    def moved_to(self, position: Position) -> None:
        self.position = position
        self.newest = max(self.newest, self.rank(position))
        e_step = self.program.step_writing("E")
        assert e_step is not None
        self.losses = max(self.losses, position.iteration + (position.step >= e_step.index))

    @property
    def program(self) -> Program:
        """Of the iteration stood in."""
        return self.run.program_of(self.position.iteration)

    @rule(granularity=st.sampled_from(Granularity), times=st.integers(1, 3))
    def forward(self, granularity: Granularity, times: int) -> None:
        for _ in range(times):
            if self.position.iteration < _FURTHEST:
                self.moved_to(self.next_stop(granularity))
                assert self.timeline.forward(granularity).position == self.position

    @rule(granularity=st.sampled_from(Granularity), times=st.integers(1, 3))
    def back(self, granularity: Granularity, times: int) -> None:
        for _ in range(times):
            self.moved_to(self.previous_stop(granularity))
            assert self.timeline.back(granularity).position == self.position

    @rule(iteration=st.integers(0, _FURTHEST), spot=_SPOTS)
    def seek(self, iteration: int, spot: int) -> None:
        places: list[tuple[int, Element]] = [(-1, ())]
        program = self.run.program_of(iteration)
        for step in program.steps:
            elements = all_elements(program, step.index)
            places += [(step.index, each) for each in ((), *elements)]
        self.moved_to(Position(iteration, *places[spot % len(places)]))
        self.timeline.seek(self.position)

    @rule(granularity=st.sampled_from(Granularity), goes_back=st.booleans(), goes=st.booleans())
    def foresee(self, granularity: Granularity, goes_back: bool, goes: bool) -> None:
        place = (self.previous_stop if goes_back else self.next_stop)(granularity)
        foreseen = self.timeline.foresee(place)
        if foreseen is not None:
            states = self.run.iteration(place.iteration)
            assert_same_state(foreseen.after, states[place.step + 1])
        if goes and place.iteration < _FURTHEST:
            self.moved_to(place)
            frame = self.timeline.seek(place)
            assert foreseen is None or frame is foreseen

    @rule(iterations=st.integers(0, 70))
    def train(self, iterations: int) -> None:
        iterations = max(0, min(iterations, _FURTHEST - self.position.iteration))
        last = self.completed + iterations - 1
        assert self.timeline.train(iterations) is None
        if iterations:
            self.moved_to(Position(last, self.run.program_of(last).last))

    @rule(iteration=st.integers(0, _FURTHEST), value=_NUMBERS, what=_SPOTS, spot=_SPOTS)
    def edit(self, iteration: int, value: float, what: int, spot: int) -> None:
        data, top = self.run.experiment.data, self.run.experiment.network.layers[-1]
        shapes = {
            "learning_rate": (),
            "input": data.inputs.shape,
            **{name: array.shape for name, array in self.run.experiment.start_values.items()},
        }
        if top.activation.elementwise:  # Cross-entropy takes one-hot targets only.
            shapes["target"] = data.targets.shape
        name = list(shapes)[what % len(shapes)]
        element: Element = ()
        for size in shapes[name]:
            spot, at = divmod(spot, size)
            element = (*element, at)
        element = element[:1] if name.startswith("b") else element
        self.undoable.append((self.left(), Edit(iteration, name, element, value)))
        self.redoable.clear()
        self.run_again(self.undoable[-1][1])

    def left(self) -> _Left:
        return _Left(self.timeline, self.run, self.position, self.newest, self.losses)

    def run_again(self, edit: Edit) -> None:
        self.timeline, self.run = self.timeline.edited(edit), self.run.edited(edit)
        self.position = Position(edit.iteration)
        self.newest, self.losses = self.rank(self.position), edit.iteration

    def return_to(self, left: _Left) -> None:
        self.timeline, self.run = left.timeline, left.run
        self.position, self.newest, self.losses = left.position, left.newest, left.losses

    @precondition(lambda self: self.undoable)
    @rule()
    def undo(self) -> None:
        before, edit = self.undoable.pop()
        self.redoable.append((self.left(), edit))
        self.return_to(before)

    @precondition(lambda self: self.redoable)
    @rule(anew=st.booleans())
    def redo(self, anew: bool) -> None:
        after, edit = self.redoable.pop()
        self.undoable.append((self.left(), edit))
        if anew:
            self.run_again(edit)
            self.redoable.clear()  # They were edits of the run that was left.
        else:
            self.return_to(after)

    @property
    def completed(self) -> int:
        end = self.rank(Position(self.position.iteration, self.program.last))
        return self.position.iteration + (self.rank(self.position) == end)

    # The stops by sorted lists of the iterations around the position.

    def next_stop(self, granularity: Granularity) -> Position:
        stops = self.stops_near(granularity)
        return stops[bisect_right(stops, self.rank(self.position), key=self.rank)]

    def previous_stop(self, granularity: Granularity) -> Position:
        stops = self.stops_near(granularity)
        before = bisect_left(stops, self.rank(self.position), key=self.rank) - 1
        return stops[before] if before >= 0 else Position()

    def stops_near(self, granularity: Granularity) -> list[Position]:
        here, experiment = self.position.iteration, self.run.experiment
        iterations = list(range(max(here - 1, 0), here + 2))
        if granularity is Granularity.EPOCH:
            per_epoch = -(-experiment.data.samples // experiment.batch_size)
            ends = range(per_epoch - 1, here + 2 * per_epoch, per_epoch)
            iterations = list(ends)
        return [
            Position(iteration, *stop)
            for iteration in iterations
            for stop in all_stops(self.run.program_of(iteration), granularity)
        ]

    @invariant()
    def shows_what_the_run_shows(self) -> None:
        if not hasattr(self, "timeline"):
            return
        frame = self.timeline.frame()
        assert frame.position == self.timeline.position == self.position
        states = self.run.iteration(self.position.iteration)
        assert_same_state(frame.after, states[self.position.step + 1])
        assert_same_state(frame.before, states[max(self.position.step, 0)])
        assert self.timeline.completed == self.completed
        assert self.rank(self.timeline.newest) == self.newest

    @invariant()
    def losses_are_those_of_the_run(self) -> None:
        if hasattr(self, "timeline"):
            found = self.timeline.losses.tolist()
            assert len(found) == self.losses
            assert found == self.run.losses(len(found))

    @invariant()
    def marks_stay_within_their_budget(self) -> None:
        if hasattr(self, "timeline"):
            assert self.timeline._segments[-1]._marks.nbytes <= max(self.budget, self.least)


# Derandomized: the same travels on every run of the suite.
Travel.TestCase.settings = settings(
    derandomize=True, deadline=None, database=None, max_examples=40, stateful_step_count=30
)
TestTravel = Travel.TestCase
