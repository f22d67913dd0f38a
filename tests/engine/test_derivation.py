import math
from itertools import pairwise

import pytest

from engine.derivation import Meaning, derive
from engine.expression import Partial, Term
from engine.formats import experiment_json
from engine.program import Granularity
from engine.timeline import Timeline
from tests.examples import EXAMPLES


def frames(path, granularity):
    timeline = Timeline(experiment_json.read(path))
    timeline.forward(granularity)
    while timeline.position.iteration == 0:
        yield timeline.frame()
        timeline.forward(granularity)


def parts(symbol):
    return symbol.top.name, symbol.bottom.name


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
def test_the_paths_add_up_and_times_what_they_share_give_the_engines_number(path):
    derived = 0
    for frame in frames(path, Granularity.UNIT):
        for element in (frame.focus[0], frame.focus[-1]):
            chain = derive(frame.program, frame.step, element, frame.batch)
            if chain is None:
                continue
            derived += 1
            shares = [chain.evaluate(frame.operands(s)) for s in range(frame.batch)]
            value = math.fsum(shares) / frame.batch if chain.of_one_sample else shares[0]
            # The engine multiplies in another order; a - t over a (1 - a) loses a few digits.
            assert value == pytest.approx(frame.result(chain.target), rel=1e-9, abs=1e-13)
    assert derived


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
def test_what_stands_above_one_fraction_stands_below_the_one_before(path):
    for frame in frames(path, Granularity.LAYER):
        chain = derive(frame.program, frame.step, None, frame.batch)
        if chain is None:
            continue
        (way,) = chain.paths
        symbols = [each.symbol for each in (*way.factors, *chain.common)]
        assert symbols[0].top == Term("E")
        for one, other in pairwise(symbols):
            assert one.bottom == other.top
        kind = {"da": "a", "delta": "z", "dW": "W", "db": "b"}
        name = frame.step.writes
        assert symbols[-1].bottom.name == kind[name.rstrip("0123456789")] + name[-1]


def test_a_hidden_weight_is_reached_through_every_output():
    path = next(path for path in EXAMPLES if path.name.startswith("2-3-2"))
    (frame,) = (f for f in frames(path, Granularity.LAYER) if f.step.writes == "dW1")
    chain = derive(frame.program, frame.step, (1, 0), 1)
    assert [way.through for way in chain.paths] == [0, 1]
    assert [factor.symbol for factor in chain.paths[1].factors] == [
        Partial(Term("E"), Term("a2", (1,))),
        Partial(Term("a2", (1,)), Term("z2", (1,))),
        Partial(Term("z2", (1,)), Term("a1", (1,))),
    ]
    assert [factor.meaning for factor in chain.common] == [
        Meaning.ACTIVATION_SLOPE,
        Meaning.VALUE_CARRIED,
    ]


def test_forward_steps_the_error_and_updates_have_no_chain():
    for frame in frames(EXAMPLES[0], Granularity.LAYER):
        has_one = derive(frame.program, frame.step, frame.focus[0], frame.batch) is not None
        assert has_one == (frame.step.writes.rstrip("0123456789") in ("da", "delta", "dW", "db"))
