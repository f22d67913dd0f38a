"""CSV as people have it: of any spreadsheet, in any of four encodings, and with faults."""

import time
from contextlib import suppress
from itertools import cycle, islice

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine import limits
from engine.datasets import load
from engine.errors import FormatError, GradwalkError
from engine.formats import csv_text
from engine.formats.csv_data import (
    CsvError,
    CsvOptions,
    DataOptions,
    Kind,
    Role,
    check,
    guess_options,
    parse,
    read,
    sniff,
    to_data,
)
from engine.formats.csv_text import DECIMAL_MARKS, ENCODINGS, SEPARATORS
from engine.generators import _RESOURCES
from engine.scaling import METHODS

IN, OUT, CLASSES, LEFT = Role.INPUT, Role.TARGET, Role.CLASSES, Role.LEFT_OUT
PEOPLE = "이름,키,몸무게,성별\n김,170.5,60,남\n이,160,50.5,여\n박,180,80,남\n최,165,52,여\n"
ANIMALS = "weight,legs,kind\n4.5,4,cat\n30,4,dog\n0.05,2,bird\n5,4,cat\n25,4,dog\n0.1,2,bird\n"


def imported(content, roles=None, **options):
    """The data of a text read as it looks."""
    guess = sniff(content)
    return to_data(guess.table, roles or guess.roles, DataOptions(**options))


def refused(content, roles=None, **options):
    """The sentence with which it is refused."""
    with pytest.raises(CsvError) as caught:
        imported(content, roles, **options)
    return str(caught.value)


# What a file looks like


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x,y\n1.5,2\n", CsvOptions("utf-8", ",", ".", True)),
        (b"\xef\xbb\xbfx,y\n1.5,2\n", CsvOptions("utf-8", ",", ".", True)),
        (PEOPLE.encode("cp949"), CsvOptions("cp949", ",", ".", True)),
        (PEOPLE.encode(), CsvOptions("utf-8", ",", ".", True)),
        # Excel's "Unicode text": little-endian with a mark, tabs, CR LF.
        ("x\ty\r\n1,5\t2\r\n".encode("utf-16"), CsvOptions("utf-16", "\t", ",", True)),
        (b"\xfe\xff" + "x\ty\n1\t2\n".encode("utf-16-be"), CsvOptions("utf-16", "\t", ".", True)),
        ("x\ty\n1\t2\n".encode("utf-16-le"), CsvOptions("utf-16", "\t", ".", True)),
        ("x\ty\n1\t2\n".encode("utf-16-be"), CsvOptions("utf-16", "\t", ".", True)),
        (b"x;y\n1,5;2,5\n2;3\n", CsvOptions("utf-8", ";", ",", True)),
        (b"1,5;2,5\n2,5;3\n", CsvOptions("utf-8", ";", ",", False)),
        (b"1,5\t2,5\n2,5\t3\n", CsvOptions("utf-8", "\t", ",", False)),
        (b"1.5;2.5\n2.5;3\n", CsvOptions("utf-8", ";", ".", False)),
        (b'"1,5","2,5"\n"0,5","3"\n', CsvOptions("utf-8", ",", ",", False)),
        # A thousand and more, not a decimal comma, where no semicolon says so.
        (b"x\ty\n1,234\t2\n5,678\t3\n", CsvOptions("utf-8", "\t", ".", True)),
        (b"x;y\n1,234;2\n5,678;3\n", CsvOptions("utf-8", ";", ",", True)),
        (b"a,b\nx,y\nz,y\n", CsvOptions("utf-8", ",", ".", True)),
        (b"x,y\nx,z\nw,y\n", CsvOptions("utf-8", ",", ".", False)),
        (b"x\n1\n2\n", CsvOptions("utf-8", ",", ".", True)),
        (b"Gr\xf6\xdfe;x\n1;2\n\xe9\xe8\xff;3", CsvOptions("cp1252", ";", ".", True)),
        ("x1\tx2\ty\n1\t2\t3\n", CsvOptions("utf-8", "\t", ".", True)),
    ],
)
def test_how_a_file_is_to_be_read_is_detected(content, expected):
    assert guess_options(content) == expected


def test_a_korean_file_has_its_names_and_classes():
    data = imported(PEOPLE.encode("cp949"))
    assert data.input_names == ("키", "몸무게")
    assert data.target_names == ("남", "여")
    assert_array_equal(data.inputs, [[170.5, 60], [160, 50.5], [180, 80], [165, 52]])
    assert_array_equal(data.targets, [[1, 0], [0, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_the_encoding_makes_no_difference_to_the_data(encoding):
    data, plain = imported(PEOPLE.encode(encoding)), imported(PEOPLE)
    assert_array_equal(data.inputs, plain.inputs)
    assert (data.input_names, data.target_names) == (plain.input_names, plain.target_names)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Größe", "cp1252"),
        ("Bäüme", "cp1252"),
        ("몸무게", "cp949"),
        ("身長 키", "cp949"),
        ("℃", "cp949"),
    ],
)
def test_western_letters_are_not_taken_for_chinese_ones(name, encoding):
    content = f"{name};t\n1,5;2\n2,5;3\n".encode(encoding)
    assert guess_options(content).encoding == encoding
    assert imported(content).input_names == (name,)


@pytest.mark.parametrize("content", ["\ufeffx,y\n1,2\n", b"\xef\xbb\xbfx,y\n1,2\n"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(content):
    assert imported(content).input_names == ("x",)


def test_semicolons_and_decimal_commas_are_read_as_they_are_meant():
    data = imported(b"Gr\xf6\xdfe;Gewicht\n1,75;70\n1,6;55,5\n-2e-3;+0,5\n")
    assert_array_equal(data.inputs, [[1.75], [1.6], [-0.002]])
    assert_array_equal(data.targets, [[70], [55.5], [0.5]])


def test_iris_as_a_csv_is_the_built_in_set():
    data, built_in = imported(read(_RESOURCES / "iris.csv")), load("iris")
    assert_array_equal(data.inputs, built_in.inputs)
    assert_array_equal(data.targets, built_in.targets)
    assert data.target_names == ("setosa", "versicolor", "virginica")


def test_text_from_a_spreadsheet_is_read_like_a_file():
    data = imported("x1\tx2\ty\n0\t1\t1\n1\t1\t−2.5\n")
    assert_array_equal(data.inputs, [[0, 1], [1, 1]])
    assert_array_equal(data.targets, [[1], [-2.5]])


def test_every_double_is_read_to_the_last_bit():
    values = [0.1 + 0.2, 5e-324, -1.7976931348623157e308, 1 / 3]
    data = imported("".join(f"{value!r},1\n" for value in values))
    assert data.inputs[:, 0].tolist() == values


def test_names_are_only_those_of_a_header():
    data = imported("1,2\n3,4\n")
    assert (data.input_names, data.target_names) == ((), ())
    assert imported("1,cat\n3,dog\n2,cat\n5,dog\n").target_names == ("cat", "dog")


def test_a_formula_in_a_header_is_a_name_like_any_other():
    data = imported("=HYPERLINK(A1),@y\n1,2\n3,5\n")
    assert data.input_names == ("=HYPERLINK(A1)",)
    assert data.target_names == ("@y",)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (["1", "2", "3"], Kind.NUMBER),
        (["1", "x", "3"], Kind.NUMBER),
        (["a", "b", "3"], Kind.TEXT),
        (["7", "7.0", "7"], Kind.CONSTANT),
        (["a", "a", "a"], Kind.CONSTANT),
        (["", " ", ""], Kind.BLANK),
    ],
)
def test_what_a_column_is(column, kind):
    text = "name,other\n" + "".join(f"{cell},{at}\n" for at, cell in enumerate(column))
    assert parse(text, CsvOptions()).columns[0].kind is kind


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("a,b,c\n1,2,3.5\n2,1,4.5\n", (IN, IN, OUT)),
        (ANIMALS, (IN, IN, CLASSES)),
        ("species,x\ncat,1\ndog,2\ncat,3\ndog,4\n", (CLASSES, IN)),
        ("label,x,z\n0,1,5\n1,2,6\n0,3,7\n1,4,8\n", (OUT, IN, IN)),
        ("id,x,y\n-1e308,5,2\n1e308,6,1\n", (IN, IN, OUT)),
        ("id,x,y\n1,5,2\n2,6,1\n3,8,3\n", (LEFT, IN, OUT)),
        ("x,digit\n" + "".join(f"{at / 7},{at % 5}\n" for at in range(20)), (IN, CLASSES)),
        ("x,same,none,y\n1,5,,2\n2,5,,3\n", (IN, IN, LEFT, OUT)),
        ("who,x,y\nann,1,2\nbob,2,3\ncem,3,4\n", (LEFT, IN, OUT)),
    ],
)
def test_roles_are_proposed(text, roles):
    assert sniff(text).roles == roles


# Classes, held out, scaled


def test_classes_are_one_hot_sorted_and_named():
    data = imported(ANIMALS)
    assert data.target_names == ("bird", "cat", "dog")
    assert_array_equal(data.targets.argmax(axis=1), [1, 2, 0, 1, 2, 0])
    assert_array_equal(data.targets.sum(axis=1), np.ones(6))


def test_numbers_can_be_classes_in_the_order_of_numbers():
    data = imported("x,y\n1,10\n2,9.0\n3,10.0\n4,9\n5,2.5\n", (IN, CLASSES))
    assert data.target_names == ("2.5", "9", "10")
    assert_array_equal(data.targets.argmax(axis=1), [2, 1, 2, 1, 0])


def test_columns_can_be_chosen_and_left_out():
    data = imported("a,b,c,d\n1,2,3,4\n5,6,7,8\n", (OUT, LEFT, IN, OUT))
    assert_array_equal(data.inputs, [[3], [7]])
    assert_array_equal(data.targets, [[1, 4], [5, 8]])
    assert (data.input_names, data.target_names) == (("c",), ("a", "d"))


def test_a_share_of_each_class_is_held_out_and_no_row_lost():
    content = read(_RESOURCES / "iris.csv")
    data, whole = imported(content, held_out=0.2, seed=5), load("iris")
    assert (data.samples, data.held_out_samples) == (120, 30)
    assert data.held_out_targets.sum(axis=0).tolist() == [10, 10, 10]
    both = np.vstack((data.inputs, data.held_out_inputs)).tolist()
    assert sorted(both) == sorted(whole.inputs.tolist())
    again = imported(content, held_out=0.2, seed=5)
    assert_array_equal(again.held_out_inputs, data.held_out_inputs)
    other = imported(content, held_out=0.2, seed=6)
    assert (other.held_out_inputs != data.held_out_inputs).any()


@pytest.mark.parametrize("method", METHODS)
def test_scaling_is_fitted_on_the_training_part_only(method):
    text = "x,z,y\n" + "".join(f"{at},{at * at},{3 * at - 5}\n" for at in range(20))
    plain = imported(text, held_out=0.25)
    data = imported(text, held_out=0.25, input_scaling=method, target_scaling=method)
    trained = data.inputs
    if method == "standardise":
        assert_allclose(trained.mean(axis=0), 0, atol=1e-15)
        assert_allclose(trained.std(axis=0), 1)
        assert data.input_scaling[0].offset == plain.inputs[:, 0].mean()
    else:
        assert trained.min(axis=0).tolist() == [0, 0]
        assert trained.max(axis=0).tolist() == [1, 1]
    for at, scaling in enumerate(data.input_scaling):
        assert_allclose(scaling.raw(data.held_out_inputs[:, at]), plain.held_out_inputs[:, at])
        assert_allclose(scaling.raw(trained[:, at]), plain.inputs[:, at], atol=1e-12)
    assert_allclose(data.target_scaling[0].raw(data.targets[:, 0]), plain.targets[:, 0])


def test_nothing_is_scaled_unasked_and_classes_never():
    assert not imported(ANIMALS).is_scaled
    data = imported(ANIMALS, input_scaling="min_max", target_scaling="min_max")
    assert len(data.input_scaling) == 2
    assert data.target_scaling == ()
    assert set(np.unique(data.targets)) == {0.0, 1.0}


# What is wrong, and where

ROWS = "a,b\n1,2\n"
BAD = {
    "": "the text is empty",
    " \n\t\n": "the text is empty",
    ",,\n,,\n": "the text is empty",
    "a,b\n": "there is no row of data",
    ROWS + "3\n": "row 3 has 1 cell, but there are 2 columns",
    ROWS + "3,4,5\n": "row 3 has 3 cells, but there are 2 columns",
    ROWS + ",4\n": "row 3, column “a” is blank",
    ROWS + "3, \n": "row 3, column “b” is blank",
    ROWS + "3,x\n4,5\n": "row 3, column “b”: “x” is not a number",
    ROWS + "3,4\n\n\n5,x\n": "row 6, column “b”: “x” is not a number",
    ROWS + "nan,4\n3,4\n": "row 3, column “a”: “nan” is not a finite number",
    ROWS + "-Inf,4\n3,4\n": "row 3, column “a”: “-Inf” is not a finite number",
    ROWS + "1e999,4\n3,4\n": "row 3, column “a”: “1e999” is too large",
    ROWS + "1e-999,4\n3,4\n": "row 3, column “a”: “1e-999” is too close to 0",
    ROWS + "1_000,4\n3,4\n": "row 3, column “a”: “1_000” is not a number",
    ROWS + "٣,4\n3,4\n": "row 3, column “a”: “٣” is not a number",
    ROWS + '"3,5",4\n4.5,5\n': (
        "row 3, column “a”: “3,5” is not a number where the decimal mark is a point"
    ),
    "a;b\n1,5;2\n2,5;3.5\n3,5;4\n": (
        "row 3, column “b”: “3.5” is not a number where the decimal mark is a comma"
    ),
    "a;b\n1,5;2\n1.234,5;3\n3,5;4\n": "row 3, column “a”: “1.234,5” is not a number",
    ROWS + "x,2\n,3\n3\n4,y\n5,6\n7,8\n9,1\n": (
        "row 3, column “a”: “x” is not a number; row 4, column “a” is blank; "
        "row 5 has 1 cell, but there are 2 columns; and 1 more"
    ),
    "1,2\n3,x\n4,5\n": "row 2, column 2: “x” is not a number",
    "a,b,c\n1,2\n3,4\n": "the header has 3 cells, but there are 2 columns",
    'a,b\n"1,2\n3,4\n': "the text, row 2: a quotation mark is not closed",
    'a,b\n1,"2"3\n4,5\n': "the text, row 2: text follows a closing quotation mark",
    "a,b\n1," + "9" * 140_000 + "\n": (
        "the text, row 2: a cell is too long; is a quotation mark not closed?"
    ),
    "1\n2\n3\n": "no column is a target",
    "name,kind\nx,cat\ny,dog\nz,cat\nw,dog\n": "no column is an input",
    b"\x89PNG\r\n\x1a\n\0\0\0\r": "the text is not a text file",
    b"PK\x03\x04\x14\0\x06\0": "the text is an Excel workbook, not CSV: save it as CSV first",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": (
        "the text is an old Excel workbook, not CSV: save it as CSV first"
    ),
    b"a,b\n1,\x81\n": "the text is not text in UTF-8, UTF-16, CP949 or Windows-1252",
    b"\xff\xfea": "the text is not UTF-16 text (byte 2)",
}


@pytest.mark.parametrize("content", BAD, ids=lambda content: repr(content[:30]))
def test_what_is_wrong_is_said_with_row_and_column(content):
    assert refused(content) == BAD[content]


def test_problems_come_as_rows_and_columns_too():
    with pytest.raises(CsvError) as caught:
        imported(ROWS + "x,2\n3\n4,y\n5,6\n7,8\n", (IN, OUT))
    assert [(each.row, each.column) for each in caught.value.problems] == [
        *((3, 0), (4, None), (5, 1))
    ]
    assert isinstance(caught.value, FormatError)


def test_of_many_problems_the_first_are_listed_and_the_others_counted():
    guess = sniff("a,b\n" + "1,2\n" * 600 + "x,2\n" * 500)
    report = check(guess.table, (IN, OUT), DataOptions())
    assert report.count == 500
    assert len(report.problems) == 20
    assert report.sentence.endswith("and 497 more")


def test_a_column_that_is_left_out_is_no_problem():
    data = imported("a,b,c\n1,x,2\n3,,4\n5,y,7\n", (IN, LEFT, OUT))
    assert_array_equal(data.inputs, [[1], [3], [5]])


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ((IN, IN, OUT), "column “kind” holds text, so it cannot be an input"),
        ((IN, OUT, OUT), "column “kind” holds text, so it cannot be a number to predict"),
        ((IN, LEFT, LEFT), "no column is a target"),
        ((LEFT, LEFT, OUT), "no column is an input"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_refused(roles, sentence):
    assert refused("x,kind,y\n1,cat,2\n2,dog,3\n", roles) == sentence


def test_a_blank_column_can_only_be_left_out():
    assert refused("a,b,c\n1,,2\n3,,4\n", (IN, IN, OUT)) == "column “b” is blank: leave it out"
    assert "column “b” is blank" in refused("a,b,c\n1,,2\n3,,4\n", (IN, CLASSES, LEFT))


def test_rows_with_a_problem_can_be_left_out_and_that_is_said():
    text = ROWS + "x,2\n3\n4,5\n,6\n"
    data = imported(text, (IN, OUT), leave_out_faulty=True)
    assert_array_equal(data.inputs, [[1], [4]])
    report = check(sniff(text).table, (IN, OUT), DataOptions(leave_out_faulty=True))
    assert report.warnings == ("3 rows with a problem are left out",)


@pytest.mark.parametrize(
    ("text", "roles", "warning"),
    [
        ("x,k\n1,a\n2,a\n", (IN, CLASSES), "column “k” has one class only, “a”"),
        ("x,k\n1,a\n2,b\n3,c\n", (IN, CLASSES), "column “k” has a class of its own for every row"),
        ("x,c,y\n1,5,2\n2,5,3\n", (IN, IN, OUT), "column “c” has the same number in every row"),
        ("x,y\n1,5\n\n2,6\n", (IN, OUT), "1 blank row is passed over"),
    ],
)
def test_what_one_should_know_is_said_and_does_not_stop_the_import(text, roles, warning):
    guess = sniff(text)
    assert check(guess.table, roles, DataOptions()).warnings == (warning,)
    assert to_data(guess.table, roles, DataOptions()).samples == guess.table.rows


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.05, "5 % of 6 rows is none to hold out"),
        (0.95, "95 % of 6 rows leaves none to train on"),
    ],
)
def test_a_share_that_leaves_a_part_empty_is_refused(share, sentence):
    assert refused(ANIMALS, held_out=share) == sentence


def test_classes_of_one_row_each_cannot_be_held_out():
    sentence = refused("x,k\n1,a\n2,b\n3,c\n", (IN, CLASSES), held_out=0.4)
    assert sentence == "every class has one row only, so none can be held out"


def test_values_that_cannot_be_scaled_are_refused():
    text = "x,y\n1e308,1\n-1e308,2\n"
    assert "too far apart" in refused(text, input_scaling="min_max")


# Too large


def test_a_file_that_is_too_large_is_refused_by_its_size(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(10**12)  # A hole: it takes no room on the disk.
    started = time.perf_counter()
    with pytest.raises(FormatError, match=r"huge\.csv is larger than the limit of 32 MiB"):
        read(path)
    assert time.perf_counter() - started < 1


def test_a_text_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr(csv_text, "MAX_BYTES", 2**20)
    assert refused("1,2\n" * 2**19) == "the text is larger than the limit of 1 MiB"
    monkeypatch.setattr(limits, "MAX_SAMPLES", 100)
    assert refused("1,2\n" * 101) == "the text has more than 100 rows"
    assert imported("1,2\n" * 100).samples == 100
    monkeypatch.setattr(limits, "MAX_DATA_VALUES", 50)
    assert refused("1,2\n" * 26) == "the text has more than 50 cells, which is the limit"
    assert refused(",".join(["1"] * 9000)) == "the text has 9000 columns, but the limit is 8192"


def test_rows_without_end_are_refused_even_if_they_are_blank():
    assert refused("1,2\n" + "\n" * 2**20) == (
        "the text has more than 1048576 rows, blank ones included"
    )


def test_more_classes_than_the_limit_are_refused():
    text = "x,k\n" + "".join(f"{at},c{at}\n" for at in range(5000))
    assert "5000 targets, but the limit is 4096" in refused(text, (IN, CLASSES))


# Anything at all

QUIET = settings(derandomize=True, deadline=None, database=None, max_examples=300)
OPTIONS = st.builds(
    CsvOptions,
    st.sampled_from(ENCODINGS),
    st.sampled_from(SEPARATORS),
    st.sampled_from(DECIMAL_MARKS),
    st.booleans(),
)
CELLS = st.sampled_from(
    ["", "1", "-2.5", "1,5", "1e999", "1e-999", "nan", "x", '"', "=1", "﻿", "가", "\r", "1_0", "0"]
) | st.text(max_size=4)
ROWS_OF_CELLS = st.lists(st.lists(CELLS, max_size=4), max_size=6)
TEXTS = st.builds(
    lambda rows, separator: "\n".join(separator.join(row) for row in rows),
    ROWS_OF_CELLS,
    st.sampled_from(SEPARATORS),
)


@QUIET
@given(st.binary(max_size=80) | TEXTS | TEXTS.map(lambda text: text.encode("utf-16", "replace")))
@example(b"\xff\xfe")
@example("\ufeff")
@example("1e308,1\n1e308,2\n")
def test_any_text_is_read_or_refused(content):
    with suppress(GradwalkError):
        guess = sniff(content)
        data = to_data(guess.table, guess.roles, DataOptions())
        assert np.isfinite(data.inputs).all()
        assert np.isfinite(data.targets).all()


@QUIET
@given(
    TEXTS,
    OPTIONS,
    st.lists(st.sampled_from(Role), min_size=8, max_size=8),
    st.builds(
        DataOptions,
        st.sampled_from([0.0, 0.2, 0.5, 0.9]),
        st.integers(0, 5),
        st.sampled_from([None, *METHODS]),
        st.sampled_from([None, *METHODS]),
        st.booleans(),
    ),
)
def test_any_choice_of_a_person_is_met_or_refused(text, options, roles, wanted):
    with suppress(GradwalkError):
        table = parse(text, options)
        chosen = tuple(islice(cycle(roles), len(table.columns)))
        report = check(table, chosen, wanted)
        data = to_data(table, chosen, wanted)
        assert report.sentence == ""
        assert data.samples + data.held_out_samples == report.usable.sum()
        assert data.held_out_samples == report.held_out
        assert np.isfinite(data.inputs).all()
        assert np.isfinite(data.targets).all()


def test_a_plain_file_is_read_at_the_speed_of_plain_numbers_and_to_the_same_values():
    rows = "".join(f"{at},{at / 7!r}\n" for at in range(500))
    fast, slow = parse("a,b\n" + rows, CsvOptions()), parse("a_,b\n" + rows, CsvOptions())
    for one, other in zip(fast.columns, slow.columns, strict=True):
        assert_array_equal(one.numbers, other.numbers)
