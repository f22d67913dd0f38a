"""Random numbers as pure functions of integer keys.

Only the raw output of a bit generator is used: NumPy promises its stream for good, but not that of
`Generator`, and an experiment opened in ten years must start from the same weights.
"""

import numpy as np
import numpy.typing as npt

from engine.arrays import Array


def raw_bits(count: int, *key: int) -> npt.NDArray[np.uint64]:
    """`count` 64-bit words; the same for the same key, on every machine."""
    return np.random.PCG64(np.random.SeedSequence(key)).random_raw(count)


def uniform(shape: tuple[int, ...], *key: int) -> Array:
    """Evenly distributed numbers in [0, 1)."""
    bits = raw_bits(int(np.prod(shape)), *key)
    numbers: Array = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return numbers.reshape(shape)


def normal(shape: tuple[int, ...], *key: int) -> Array:
    """Numbers from the standard normal distribution (Box and Muller's transform)."""
    pairs = uniform((2, *shape), *key)
    # 1 - u lies in (0, 1], so the logarithm is finite.
    numbers: Array = np.sqrt(-2.0 * np.log1p(-pairs[0])) * np.cos(2.0 * np.pi * pairs[1])
    return numbers
