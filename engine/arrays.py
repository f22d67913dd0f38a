"""The one array type of the engine."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def frozen(values: npt.ArrayLike) -> Array:
    """A read-only, C-contiguous float64 copy of `values`, whatever its shape."""
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


def shape_text(shape: tuple[int, ...]) -> str:
    """How a shape is written in messages: ``3×2``, or ``scalar``."""
    return "×".join(map(str, shape)) if shape else "scalar"
