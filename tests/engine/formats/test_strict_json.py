import json
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormatError, GradwalkError
from engine.formats import experiment_json, strict_json
from engine.formats.quoting import brief
from tests.engine.building import experiment

PROPERTY = settings(derandomize=True, deadline=None, database=None, max_examples=200)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@PROPERTY
@given(values)
def test_what_is_written_is_read_back(value):
    try:
        written = strict_json.dump(value)
    except UnicodeEncodeError:
        return  # Half a surrogate pair is no text.
    assert strict_json.parse(written, "it") == value


@PROPERTY
@given(st.binary())
def test_any_bytes_are_read_or_refused(content):
    try:
        expected = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        expected = ...
    try:
        found = strict_json.parse(content, "it")
    except FormatError:
        return
    assert found == expected


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\uDFFF": 1}', '["a\\ud83dz"]'])
def test_half_of_a_character_is_refused(text):
    with pytest.raises(FormatError, match="a text has half of a character"):
        strict_json.parse(text.encode(), "it")


@pytest.mark.parametrize("text", ['"\\ud83d\\ude00"', '"\\\\ud800"'])
def test_a_whole_character_in_two_escapes_is_read(text):
    assert strict_json.parse(text.encode(), "it") == json.loads(text)


def test_more_values_than_the_limit_are_refused_before_they_are_made():
    assert strict_json.parse(b"[1,2,3]", "it", most=3) == [1, 2, 3]
    with pytest.raises(FormatError, match=r"^it holds more than 3 values$"):
        strict_json.parse(b"[1,2,3,4]", "it", most=3)


def test_brackets_without_end_take_no_more_memory_than_their_text():
    content = b"[" * 5_000_000
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="it is nested more than 32 levels deep"):
            strict_json.parse(content, "it")
        assert tracemalloc.get_traced_memory()[1] < 4 * len(content)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", ["a", "\\\\", "\\u0061"])
def test_a_very_long_text_takes_no_more_memory_than_a_few_copies(part):
    content = f'"{part * (3_000_000 // len(part))}"'.encode()
    tracemalloc.start()
    try:
        strict_json.parse(content, "it")
        assert tracemalloc.get_traced_memory()[1] < 6 * len(content)
    finally:
        tracemalloc.stop()


def test_a_duplicate_among_very_many_fields_is_found_at_once():
    fields = ",".join(f'"{number}":0' for number in [*range(50_000), 49_999])
    began = time.process_time()
    with pytest.raises(FormatError, match='the field "49999" is there twice'):
        strict_json.parse(f"{{{fields}}}".encode(), "it")
    # Counting each name among all the others would take minutes.
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("W1", "W1"),
        ("a\nb", "a�b"),
        ("\u202egnp", "�gnp"),
        (50 * "x", 39 * "x" + "…"),
        ("가중치", "가중치"),
    ],
)
def test_a_name_out_of_a_file_is_one_short_line(name, shown):
    assert brief(name) == shown


GOOD = strict_json.dump(experiment_json.to_json(experiment()))


@PROPERTY
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=20))
def test_a_damaged_experiment_is_read_or_refused_but_never_breaks_the_reader(at, cut, inserted):
    content = GOOD[:at] + inserted + GOOD[at + cut :]
    with suppress(GradwalkError):
        experiment_json.from_json(strict_json.parse(content, "it"))
