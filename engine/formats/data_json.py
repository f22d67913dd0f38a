"""The `data` object of an experiment file. Source: formats.md."""

from __future__ import annotations

from typing import Any

from engine import limits
from engine.datasets import DATASETS, Data, DataSettings, load
from engine.errors import ExperimentError, ShapeError
from engine.experiment import check_range
from engine.formats.fields import Fields
from engine.scaling import Scaling


def data_from_json(value: Any) -> Data:
    """The data in parsed JSON. Raises ExperimentError with the path to the field."""
    fields = Fields(value, "data")
    data = _built_in(fields) if "name" in fields else _own(fields)
    fields.done()
    return data


def _built_in(fields: Fields) -> Data:
    name = fields.choice("name", DATASETS)
    settings = DataSettings(
        fields.integer("samples") if "samples" in fields else None,
        fields.number("noise") if "noise" in fields else None,
        fields.integer("seed", 0),
    )
    return load(name, settings)


def _own(fields: Fields) -> Data:
    inputs, targets = fields.table("inputs"), fields.table("targets")
    names = fields.names("input_names"), fields.names("target_names")
    scaling = Fields(fields.take("scaling", {}), "data.scaling")
    scalings = [_scalings(scaling, part) for part in ("inputs", "targets")]
    scaling.done()
    held_out_inputs = held_out_targets = None
    if "held_out" in fields:
        held_out = Fields(fields.take("held_out"), "data.held_out")
        held_out_inputs, held_out_targets = held_out.table("inputs"), held_out.table("targets")
        held_out.done()
        _check_size(held_out_inputs.size, held_out_targets.size, len(held_out_inputs))
    try:
        return Data(
            inputs,
            targets,
            *names,
            held_out_inputs=held_out_inputs,
            held_out_targets=held_out_targets,
            input_scaling=scalings[0],
            target_scaling=scalings[1],
        )
    except ShapeError as error:
        raise ExperimentError(str(error)) from error


def _check_size(inputs: int, targets: int, samples: int) -> None:
    check_range("data.held_out.inputs", samples, 1, limits.MAX_SAMPLES, "samples")
    for field, size in (("inputs", inputs), ("targets", targets)):
        if size > limits.MAX_DATA_VALUES:
            raise ExperimentError(
                f"data.held_out.{field}: {size} values, but the limit is {limits.MAX_DATA_VALUES}"
            )


def _scalings(fields: Fields, part: str) -> tuple[Scaling | None, ...]:
    value = fields.take(part, [])
    if not isinstance(value, list):
        raise ExperimentError(
            f"{fields.path(part)}: has to be a list, an object or null for each column"
        )
    return tuple(
        None if each is None else _scaling(Fields(each, f"{fields.path(part)}[{index}]"))
        for index, each in enumerate(value)
    )


def _scaling(fields: Fields) -> Scaling:
    method, offset, scale = fields.text("method"), fields.number("offset"), fields.number("scale")
    fields.done()
    try:
        return Scaling(method, offset, scale)
    except ExperimentError as error:
        raise ExperimentError(fields.path(str(error))) from error


def data_to_json(data: Data) -> dict[str, Any]:
    """The object that `data_from_json` reads back as the same data."""
    if data.name is not None:
        return {"name": data.name, **_settings_to_json(data.settings or DataSettings())}
    value: dict[str, Any] = {"inputs": data.inputs.tolist(), "targets": data.targets.tolist()}
    names = (("input_names", data.input_names), ("target_names", data.target_names))
    value |= {field: list(given) for field, given in names if given}
    if data.held_out_inputs is not None and data.held_out_targets is not None:
        value["held_out"] = {
            "inputs": data.held_out_inputs.tolist(),
            "targets": data.held_out_targets.tolist(),
        }
    if data.is_scaled:
        parts = (("inputs", data.input_scaling), ("targets", data.target_scaling))
        value["scaling"] = {
            part: [_scaling_to_json(each) for each in scalings]
            for part, scalings in parts
            if any(scalings)
        }
    return value


def _settings_to_json(settings: DataSettings) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if settings.samples is not None:
        given["samples"] = settings.samples
    if settings.noise is not None:
        given["noise"] = settings.noise
    if settings.seed:
        given["seed"] = settings.seed
    return given


def _scaling_to_json(scaling: Scaling | None) -> dict[str, Any] | None:
    if scaling is None:
        return None
    return {"method": scaling.method, "offset": scaling.offset, "scale": scaling.scale}
