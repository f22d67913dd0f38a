"""Weights files that are to be refused, and the sentence each must give."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable

import numpy as np

from engine.formats import WEIGHTS, Trained
from tests.engine.building import experiment

TRAINED = Trained(experiment((2, 3, 2), "tanh", "sigmoid"), 7)
NPZ, JSON, SAFETENSORS = (WEIGHTS[s].encode(TRAINED) for s in (".npz", ".json", ".safetensors"))
ARRAYS = TRAINED.experiment.start_values
META = TRAINED.architecture()


# Builders


def npy(array: object) -> bytes:
    """An array as NumPy writes it, pickles allowed."""
    content = io.BytesIO()
    np.save(content, np.asarray(array))
    return content.getvalue()


def npy_claiming(shape: str, descr: str = "'<f8'", data: bytes = b"", version: int = 1) -> bytes:
    """An array with a header of one's own."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes((version, 0)) + length + header + data


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return content.getvalue()


def npz(**changed: object) -> bytes:
    """The good file with arrays changed, added, or (None) left out; bytes are taken as they are."""
    content: dict[str, object] = {"meta": json.dumps(META), **ARRAYS, **changed}
    return zipped(
        {
            f"{name}.npy": value if isinstance(value, bytes) else npy(value)
            for name, value in content.items()
            if value is not None
        }
    )


def meta(**changed: object) -> bytes:
    return npz(meta=json.dumps(META | changed))


def twice(name: str) -> bytes:
    """The good file with one array there twice; zipfile would warn of a second of one name."""
    content = io.BytesIO(npz())
    with zipfile.ZipFile(content, "a") as file:
        file.writestr(f"{name}_npy", npy(ARRAYS[name]))
    return content.getvalue().replace(f"{name}_npy".encode(), f"{name}.npy".encode())


def patched(content: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """The file with one number written over, `offset` bytes after the first `signature`."""
    made = bytearray(content)
    struct.pack_into(form, made, content.index(signature) + offset, value)
    return bytes(made)


def safetensors(
    change: Callable[[dict[str, object]], object] = lambda header: None, data: bytes = b""
) -> bytes:
    """The good file with its header changed, and `data` after it."""
    (length,) = struct.unpack_from("<Q", SAFETENSORS)
    header = json.loads(SAFETENSORS[8 : 8 + length])
    change(header)
    return with_header(json.dumps(header).encode(), SAFETENSORS[8 + length :] + data)


def with_header(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def entry(dtype: str = "F64", shape: object = (3, 2), begin: int = 0, end: int = 48) -> object:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def one(value: object, size: int = 48) -> bytes:
    """A file of `0.weight` alone."""
    return with_header(json.dumps({"0.weight": value}).encode(), bytes(size))


def network(change: Callable[[dict[str, object]], object]) -> bytes:
    value = json.loads(JSON)
    change(value)
    return json.dumps(value).encode()


def layer(index: int, **changed: object) -> bytes:
    """The good JSON file with fields of a layer set, or (None) taken out."""
    value = json.loads(JSON)
    made = value["layers"][index] | changed
    value["layers"][index] = {name: field for name, field in made.items() if field is not None}
    return json.dumps(value).encode()


def with_value(name: str, index: tuple[int, int], value: float) -> bytes:
    array = ARRAYS[name].copy()
    array[index] = value
    return npz(**{name: array})


def tensor_with(value: float) -> bytes:
    made = bytearray(SAFETENSORS)
    struct.pack_into("<d", made, len(made) - 8, value)
    return bytes(made)


END, ENTRY = b"PK\x05\x06", b"PK\x01\x02"
DEFLATED = zipped(
    {f"{name}.npy": npy(value) for name, value in ARRAYS.items()}, zipfile.ZIP_DEFLATED
)
BOMB = zipped(
    {"W1.npy": npy_claiming("(4096, 1000)", data=bytes(8 * 4_096_000))}, zipfile.ZIP_DEFLATED
)

# The name of a file, its content, and what the sentence says after the name.
BAD: dict[str, tuple[bytes, str]] = {
    # Any file
    "spaces.json": (b" \n ", "the file is empty"),
    "words.npz": (b"weights", "the file holds no weights that can be read back"),
    "picture.npz": (b"\x89PNG\r\n\x1a\n" + bytes(50), "the file holds no weights that can"),
    "one.npy": (npy(ARRAYS["W1"]), "the file is a single array (.npy); numpy.savez keeps several"),
    "list.pkl": (pickle.dumps([1]), "the file is a Python pickle, which can run code: refused"),
    "model.onnx": (WEIGHTS[".onnx"].encode(TRAINED), "the file holds no weights that can be read"),
    "table.csv": (WEIGHTS[".csv"].encode(TRAINED), "the file holds no weights that can be read"),
    # npz: the archive
    "cut.npz": (NPZ[:-30], "the file is incomplete"),
    "half.npz": (NPZ[: len(NPZ) // 2], "the file is incomplete"),
    "start.npz": (b"PK\x03\x04", "the file is incomplete"),
    "end.npz": (NPZ[:-1], "the file is incomplete"),
    "no_members.npz": (zipped({}), "W1 missing"),
    "disks.npz": (patched(NPZ, END, 4, "<H", 1), "the zip archive is damaged"),
    "counts.npz": (patched(NPZ, END, 8, "<H", 3), "the zip archive is damaged"),
    "far_list.npz": (patched(NPZ, END, 16, "<I", 2**31), "the zip archive is damaged"),
    "wrong_list.npz": (patched(NPZ, END, 16, "<I", 4), "the zip archive is damaged"),
    "far_member.npz": (patched(NPZ, ENTRY, 42, "<I", 2**31), "the zip archive is damaged"),
    "wrong_member.npz": (patched(NPZ, ENTRY, 42, "<I", 3), "the zip archive is damaged"),
    "crowd.npz": (
        zipped({f"W{n}.npy": b"" for n in range(65)}),
        "the file holds 65 members, but at most 64 are read",
    ),
    "large_member.npz": (
        patched(NPZ, ENTRY, 24, "<I", 2**31),
        "meta.npy claims more bytes than the file holds",
    ),
    "large_packed.npz": (
        patched(NPZ, ENTRY, 20, "<I", 2**31),
        "meta.npy claims more bytes than the file holds",
    ),
    "encrypted.npz": (patched(NPZ, ENTRY, 8, "<H", 1), "meta.npy is encrypted"),
    "bzip2.npz": (
        zipped({"W1.npy": npy(ARRAYS["W1"])}, zipfile.ZIP_BZIP2),
        "W1.npy is compressed in a way that is not supported",
    ),
    "lzma.npz": (
        zipped({"W1.npy": npy(ARRAYS["W1"])}, zipfile.ZIP_LZMA),
        "W1.npy is compressed in a way that is not supported",
    ),
    "flipped.npz": (
        NPZ.replace(ARRAYS["W1"].tobytes(), bytes(ARRAYS["W1"].nbytes)),
        "W1.npy is damaged",
    ),
    "garbled_start.npz": (DEFLATED[:36] + b"\xff" + DEFLATED[37:], "W1.npy is damaged"),
    "garbled_numbers.npz": (
        DEFLATED[: DEFLATED.index(b"b1.npy") - 50]
        + bytes(20)
        + DEFLATED[DEFLATED.index(b"b1.npy") - 30 :],
        "W1.npy is damaged",
    ),
    "twice.npz": (twice("W1"), "W1 is there twice"),
    "twice_by_ending.npz": (
        zipped({"W1.npy": npy(ARRAYS["W1"]), "W1": npy(ARRAYS["W1"])}),
        "W1 is there twice",
    ),
    "checkpoint.pt": (
        zipped({"archive/data.pkl": pickle.dumps([1]), "archive/version": b"3"}),
        "archive/data.pkl is a Python pickle, which can run code: refused",
    ),
    # npz: the arrays
    "note.npz": (npz(W1=b"some text"), "W1.npy is no array"),
    "empty_member.npz": (npz(W1=b""), "W1.npy is no array"),
    "short_member.npz": (npz(W1=b"\x93NUMPY\x02\0\1\0"), "W1.npy is no array"),
    "array_version.npz": (
        npz(W1=npy_claiming("(3, 2)", version=9)),
        "W1.npy is an array of an unknown version, 9",
    ),
    "cut_header.npz": (npz(W1=npy(ARRAYS["W1"])[:30]), "W1.npy is incomplete"),
    "long_header.npz": (
        npz(W1=npy_claiming("(3, 2)" + 5000 * " ", version=2)),
        "W1.npy has an array header of 50",
    ),
    "objects.npz": (
        npz(W1=npy(np.array([[{}]]))),
        "W1.npy is a Python pickle, which can run code: refused",
    ),
    "records.npz": (npz(W1=np.zeros(3, "f8,f8")), "W1.npy is an array of records"),
    "evil_header.npz": (
        npz(W1=npy_claiming("(__import__('os').getpid(),)")),
        "W1.npy has a damaged array header",
    ),
    "extra_header.npz": (
        npz(W1=npy(ARRAYS["W1"]).replace(b"(3, 2), }   ", b"(3, 2), 1:2}")),
        "W1.npy has a damaged array header",
    ),
    "nested_header.npz": (npz(W1=npy_claiming("(" * 2000)), "W1.npy has a damaged array header"),
    "negative_shape.npz": (npz(W1=npy_claiming("(-3, 2)")), "W1.npy has a damaged array header"),
    "huge_shape.npz": (
        npz(W1=npy_claiming("(999999999999, 999999999999)")),
        "W1.npy claims more numbers than the file holds",
    ),
    "cut_data.npz": (
        npz(W1=npy(ARRAYS["W1"])[:-8]),
        "W1.npy claims more numbers than the file holds",
    ),
    "more_data.npz": (npz(W1=npy(ARRAYS["W1"]) + b"more"), "W1.npy has bytes after its last numb"),
    "whole_numbers.npz": (npz(W1=np.ones((3, 2), int)), "W1 holds i8, but it has to hold float64"),
    "complex.npz": (npz(W1=np.ones((3, 2), complex)), "W1 holds c16, but it has to hold float64"),
    "texts.npz": (npz(W1=np.full((3, 2), "a")), "W1 holds U1, but it has to hold float64"),
    "bomb.npz": (BOMB, "4096000 weights, but at most 4000000 are allowed"),
    "missing.npz": (npz(W1=None), "W1 missing"),
    "gap.npz": (npz(W5=ARRAYS["W1"]), "W3, W4 missing"),
    "unknown.npz": (npz(epochs=5), "epochs unknown"),
    "both.npz": (npz(W1=None, colour=1), "W1 missing; colour unknown"),
    "seventeen.npz": (npz(W17=ARRAYS["W1"]), "W17 unknown"),
    "flat.npz": (npz(W1=np.ones(6)), "W1 is 6, but weights have rows and columns"),
    "many_sizes.npz": (
        npz(W1=npy_claiming(f"({600 * '1, '})", data=bytes(8))),
        "W1 is 1×1×1×1×1×1×1×1×1×1×1×1×1×1×1×1×1×1×1×1…, but weights have rows and columns",
    ),
    "no_units.npz": (npz(W1=np.ones((0, 2))), "W1 is 0×2, but a layer has from 1 to 4096 units"),
    "wide.npz": (npz(W1=np.ones((1, 5000))), "W1 is 1×5000, but a layer has from 1 to 4096"),
    "apart.npz": (npz(W2=np.ones((2, 4))), "W2 is 2×4, but W1 feeds it 3 units"),
    "bias_row.npz": (npz(b1=np.ones((1, 3))), "b1 is 1×3, but layer 1 has 3 units"),
    "nan.npz": (with_value("W2", (1, 0), np.nan), "W2[1][0]: nan is not a finite number"),
    "infinity.npz": (with_value("b2", (1, 0), -np.inf), "b2[1][0]: -inf is not a finite number"),
    # npz: meta
    "meta_number.npz": (npz(meta=1.0), "meta has to be one text"),
    "meta_list.npz": (npz(meta=["a", "b"]), "meta has to be one text"),
    "meta_words.npz": (npz(meta="weights"), "meta is not JSON: line 1, column 1"),
    "meta_surrogate.npz": (
        npz(meta=npy_claiming("()", "'<U1'", b"\x00\xd8\0\0")),
        "meta is no text",
    ),
    "meta_format.npz": (meta(format="other"), 'meta.format: has to be "gradwalk.weights"'),
    "meta_version.npz": (
        meta(version=2),
        "meta.version: 2, but this Gradwalk reads version 1; a newer Gradwalk wrote it",
    ),
    "meta_colour.npz": (meta(colour="red"), "meta.colour: unknown field"),
    "meta_layers.npz": (meta(layers=[]), "meta.layers: describes another network than the arrays"),
    "meta_inputs.npz": (meta(inputs=9), "meta.layers: describes another network than the arrays"),
    "meta_units.npz": (
        meta(layers=[META["layers"][0] | {"units": 9}, META["layers"][1]]),
        "meta.layers[0].units: describes another layer than W1",
    ),
    "meta_sine.npz": (
        meta(layers=[META["layers"][0] | {"activation": "sine"}, META["layers"][1]]),
        "meta.layers[0].activation: unknown name 'sine'; known are identity",
    ),
    # JSON
    "experiment.json": (
        b'{"format": "gradwalk.experiment", "version": 1}',
        "the file is an experiment, not weights alone: open it instead",
    ),
    "list.json": (b"[1, 2]", "network: a list, but it has to be an object"),
    "cut.json": (JSON[:100], "the file is incomplete"),
    "mark.json": (b"\xef\xbb\xbf" + JSON, "the file starts with a byte order mark"),
    "latin.json": (b'{"inputs": "\xe4"}', "the file is not UTF-8 text (byte 12)"),
    "nan.json": (JSON.replace(b'"inputs": 2', b'"inputs": NaN'), "the file: NaN is not a number"),
    "large.json": (JSON.replace(b'"inputs": 2', b'"inputs": 1e999'), "the file: the number 1e999"),
    "twice.json": (b'{"inputs": 2, "inputs": 2}', 'the file: the field "inputs" is there twice'),
    "deep.json": (b'{"a":' * 40, "the file is nested more than 32 levels deep"),
    "half_character.json": (
        network(lambda value: value.update(colour="\ud83d")),
        "the file: a text has half of a character",
    ),
    "colour.json": (
        network(lambda value: value.update({"col\nour": 1})),
        "network.col�our: unknown field",
    ),
    "no_layers.json": (
        network(lambda value: value.update(layers=[])),
        "network.layers: 0 layers, but it has to be from 1 to 16",
    ),
    "many_inputs.json": (
        network(lambda value: value.update(inputs=10**12)),
        "network.inputs: 1000000000000, but it has to be from 1 to 4096",
    ),
    "many_units.json": (
        layer(1, units=10**12),
        "network.layers[1].units: 1000000000000, but it has to be from 1 to 4096",
    ),
    "no_weights.json": (layer(1, weights=None), "network.layers[1].weights: is missing"),
    "no_biases.json": (layer(0, biases=None), "network.layers[0].biases: is missing"),
    "shape.json": (
        layer(1, weights=[[1, 2], [3, 4]]),
        "network.layers[1].weights: 2×2, but the layer has 2 units fed by 3",
    ),
    # safetensors: the header
    "short.safetensors": (SAFETENSORS[:40], "the file is incomplete"),
    "large_header.safetensors": (
        struct.pack("<Q", 1_000_001) + b"{" + bytes(100),
        "a header of 1000001 bytes, but at most 1000000 are read",
    ),
    "endless_header.safetensors": (b"\xff" * 8 + b"{}", "a header of 18446744073709551615 bytes"),
    "text_header.safetensors": (with_header(b"{weights}"), "the header is not JSON: line 1, colu"),
    "twice.safetensors": (
        with_header(b'{"0.weight": 1, "0.weight": 2}'),
        'the header: the field "0.weight" is there twice',
    ),
    "crowd.safetensors": (
        with_header(json.dumps({str(n): entry() for n in range(65)}).encode()),
        "the file holds 65 tensors, but at most 64 are read",
    ),
    "metadata.safetensors": (
        safetensors(lambda header: header.update(__metadata__={"iteration": 7})),
        "__metadata__ has to be an object of texts",
    ),
    "own_metadata.safetensors": (
        safetensors(lambda header: header["__metadata__"].update(gradwalk="{}")),
        '__metadata__.gradwalk.format: has to be "gradwalk.weights"',
    ),
    # safetensors: the tensors
    "entry.safetensors": (one([1]), "0.weight: a list, but it has to be an object"),
    "bfloat.safetensors": (
        one(entry("BF16")),
        "0.weight.dtype: unknown name 'BF16'; known are F64",
    ),
    "whole.safetensors": (one(entry("I64")), "0.weight.dtype: unknown name 'I64'; known are F64"),
    "shape.safetensors": (one(entry(shape=[3.0, 2])), "0.weight.shape: has to be a list of whole"),
    "below.safetensors": (
        one(entry(shape=[-3, -2])),
        "0.weight.shape: has to be one or two sizes from",
    ),
    "large_sizes.safetensors": (
        one(entry(shape=[10**300] * 20)),
        "0.weight.shape: has to be one or two sizes from 0 to 268435456",
    ),
    "large_offsets.safetensors": (
        one(entry(end=10**300)),
        "0.weight.data_offsets: has to be a begin and an end",
    ),
    "backwards.safetensors": (
        one(entry(begin=48, end=0)),
        "0.weight.data_offsets: has to be a begin and an end",
    ),
    "field.safetensors": (one({**entry(), "colour": 1}), "0.weight.colour: unknown field"),
    "overflow.safetensors": (
        one(entry(shape=[2**28, 2**28])),
        "0.weight.data_offsets: 48 bytes, but F64 of this shape takes 576460752303423488",
    ),
    "overlap.safetensors": (
        safetensors(lambda header: header["0.bias"].update(data_offsets=[40, 64])),
        "0.bias overlaps the tensor before it",
    ),
    "hole.safetensors": (
        safetensors(lambda header: header["0.bias"].update(data_offsets=[56, 80])),
        "0.bias leaves a gap before it",
    ),
    "cut.safetensors": (SAFETENSORS[:-1], "the file is incomplete"),
    "trailing.safetensors": (SAFETENSORS + b"more", "the file has 4 bytes after its last tensor"),
    "missing.safetensors": (
        safetensors(lambda header: header.update({"6.weight": header.pop("2.weight")})),
        "2.weight, 4.weight missing",
    ),
    "unknown.safetensors": (
        safetensors(lambda header: header.update({"fc.weight": header.pop("2.bias")})),
        "fc.weight unknown",
    ),
    "odd.safetensors": (
        safetensors(lambda header: header.update({"1.weight": header.pop("2.weight")})),
        "2.weight missing; 1.weight unknown",
    ),
    "apart.safetensors": (
        safetensors(lambda header: header["2.weight"].update(shape=[3, 2])),
        "2.weight is 3×2, but 0.weight feeds it 3 units",
    ),
    "nan.safetensors": (tensor_with(np.nan), "2.bias[1]: nan is not a finite number"),
    "infinity.safetensors": (tensor_with(np.inf), "2.bias[1]: inf is not a finite number"),
}
