"""CSV, from a file or copied from a spreadsheet, as data. Source: faults.md, "CSV"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, frozen
from engine.datasets import Data
from engine.errors import ExperimentError
from engine.formats.csv_check import MOST_LISTED, DataOptions, Problem, Report, check
from engine.formats.csv_roles import Role, propose_roles
from engine.formats.csv_table import Column, Kind, Table, parse
from engine.formats.csv_text import MAX_BYTES, CsvError, CsvOptions, guess_options
from engine.formats.files import read_bytes
from engine.scaling import Scaling, fit
from engine.splitting import held_out_rows


@dataclass(frozen=True, slots=True)
class CsvGuess:
    """What a text looks like. roles: one for each column of the table."""

    options: CsvOptions
    table: Table
    roles: tuple[Role, ...]


def read(path: Path) -> bytes:
    """A CSV file's content. Raises GradwalkError where it cannot be read or is too large."""
    return read_bytes(path, MAX_BYTES)


def sniff(content: bytes | str, name: str = "the text") -> CsvGuess:
    """What a CSV file, or text copied from a spreadsheet, looks like. Raises CsvError."""
    options = guess_options(content, name)
    table = parse(content, options, name)
    return CsvGuess(options, table, propose_roles(table))


def to_data(table: Table, roles: Sequence[Role], options: DataOptions) -> Data:
    """The data that a table holds. Raises CsvError with every reason in one sentence."""
    report = check(table, roles, options)
    if report.sentence:
        raise CsvError(report.sentence, report.problems)
    columns = list(zip(table.columns, roles, range(len(roles)), strict=True))
    used = report.usable
    inputs = [column.numbers[used] for column, role, _ in columns if role is Role.INPUT]
    targets: list[Array] = []
    target_names: list[str] = []
    are_classes: list[bool] = []
    for column, role, at in columns:
        if role is Role.TARGET:
            targets.append(column.numbers[used])
            target_names.append(column.name)
            are_classes.append(False)
        elif role is Role.CLASSES:
            targets.extend(_one_hot(column, used, report.classes[at]).T)
            target_names.extend(report.classes[at])
            are_classes += [True] * len(report.classes[at])
    named = table.header is not None
    return _split_and_scaled(
        np.column_stack(inputs),
        np.column_stack(targets),
        tuple(column.name for column, role, _ in columns if role is Role.INPUT) if named else (),
        tuple(target_names) if named or any(are_classes) else (),
        are_classes,
        options,
    )


def _one_hot(column: Column, used: npt.NDArray[np.bool_], classes: tuple[str, ...]) -> Array:
    places = {label: place for place, label in enumerate(classes)}
    taken = [places[column.label(row)] for row in np.flatnonzero(used).tolist()]
    hot = np.zeros((len(taken), len(classes)))
    hot[np.arange(len(taken)), taken] = 1.0
    return hot


def _split_and_scaled(
    inputs: Array,
    targets: Array,
    input_names: tuple[str, ...],
    target_names: tuple[str, ...],
    are_classes: Sequence[bool],
    options: DataOptions,
) -> Data:
    strata = targets[:, np.array(are_classes)] if any(are_classes) else None
    held_out = held_out_rows(len(inputs), options.held_out, options.seed, strata)
    trained = np.setdiff1d(np.arange(len(inputs)), held_out)
    input_scaling = _scalings(options.input_scaling, inputs, trained, [False] * inputs.shape[1])
    target_scaling = _scalings(options.target_scaling, targets, trained, are_classes)
    inputs = _scaled(inputs, input_scaling)
    targets = _scaled(targets, target_scaling)
    some = bool(len(held_out))
    return Data(
        frozen(inputs[trained]),
        frozen(targets[trained]),
        input_names,
        target_names,
        held_out_inputs=frozen(inputs[held_out]) if some else None,
        held_out_targets=frozen(targets[held_out]) if some else None,
        input_scaling=input_scaling,
        target_scaling=target_scaling,
    )


def _scalings(
    method: str | None, values: Array, trained: npt.NDArray[np.intp], never: Sequence[bool]
) -> tuple[Scaling | None, ...]:
    if method is None or all(never):
        return ()
    try:
        return tuple(
            None if left else fit(method, column[trained])
            for column, left in zip(values.T, never, strict=True)
        )
    except ExperimentError as error:
        raise CsvError(str(error)) from error


def _scaled(values: Array, scalings: tuple[Scaling | None, ...]) -> Array:
    if not scalings:
        return values
    with np.errstate(over="ignore"):
        columns = [
            column if scaling is None else scaling.scaled(column)
            for column, scaling in zip(values.T, scalings, strict=True)
        ]
    if not all(np.isfinite(column).all() for column in columns):
        raise CsvError("the values are too far apart to be scaled")
    return np.column_stack(columns)


__all__ = [
    "MOST_LISTED",
    "CsvError",
    "CsvGuess",
    "CsvOptions",
    "DataOptions",
    "Kind",
    "Problem",
    "Report",
    "Role",
    "Table",
    "check",
    "guess_options",
    "parse",
    "propose_roles",
    "read",
    "sniff",
    "to_data",
]
