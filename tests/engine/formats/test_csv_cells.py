import csv
import io

import numpy as np
import pytest

from engine.formats.csv_cells import cell, rows_text
from engine.formats.losses_csv import losses_csv


@pytest.mark.parametrize("text", ["=1+2", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_inert(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "x1", "a=b", "'=1", "이름"])
def test_other_text_is_left_as_it_is(text):
    assert cell(text) == text


@pytest.mark.parametrize("value", [-1.5, -3, 0.1 + 0.2, 5e-324, -1.7976931348623157e308])
def test_a_number_is_never_prefixed_and_reads_back_to_itself(value):
    assert float(cell(value)) == value


def test_cells_with_separators_and_quotation_marks_read_back():
    rows = [["a,b", 'say "x"', "two\nlines"], ["1", "2", "3"]]
    for separator in (",", "\t"):
        text = rows_text(rows, separator)
        assert list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) == rows


def test_the_losses_have_their_iteration_and_epoch():
    text = losses_csv(np.array([0.5, 0.25, 1e-7]), per_epoch=2)
    assert text == "iteration,epoch,E\n0,0,0.5\n1,0,0.25\n2,1,1e-07\n"


def test_a_run_without_iterations_has_only_the_header():
    assert losses_csv(np.array([]), per_epoch=4) == "iteration,epoch,E\n"
