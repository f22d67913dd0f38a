from __future__ import annotations

import numpy as np
import pytest

from engine.arrays import frozen, shape_text
from engine.state import State


def test_a_state_cannot_be_changed() -> None:
    state = State({"a0": np.array([[1.0]])})
    with pytest.raises(ValueError, match="read-only"):
        state["a0"][0, 0] = 2.0
    with pytest.raises(TypeError):
        state["a0"] = np.zeros(1)  # type: ignore[index]


def test_a_new_value_makes_a_new_state_and_shares_the_rest() -> None:
    state = State({"a0": frozen([[1.0]]), "z1": frozen([[2.0]])})
    changed = state.with_value("z1", frozen([[3.0]]))
    assert state["z1"].tolist() == [[2.0]]
    assert changed["z1"].tolist() == [[3.0]]
    assert changed["a0"] is state["a0"]


def test_a_state_does_not_follow_the_mapping_it_was_made_from() -> None:
    arrays = {"a0": frozen([[1.0]])}
    state = State(arrays)
    arrays["t"] = frozen([[2.0]])
    assert list(state) == ["a0"]
    assert len(state) == 1
    assert "t" not in state
    assert repr(state) == "State(a0)"


def test_frozen_copies_into_read_only_doubles_in_rows() -> None:
    original = np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3))
    copy = frozen(original)
    original[0, 0] = 9
    assert copy[0, 0] == 0.0
    assert copy.dtype == np.float64
    assert copy.flags.c_contiguous
    assert not copy.flags.writeable


def test_shapes_are_written_as_in_mathematics() -> None:
    assert [shape_text(shape) for shape in ((3, 2), (4,), ())] == ["3×2", "4", "scalar"]
