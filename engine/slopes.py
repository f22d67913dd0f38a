"""What an activation's backward step multiplies by: g′(z), or a Jacobian where units mix."""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.activations import Activation
from engine.arrays import Array
from engine.operations import Activate, ActivationBackward

_JUST_BESIDE_0 = np.finfo(np.float64).tiny


def slopes(backward: ActivationBackward, z: Array, a: Array) -> Array:
    """g′(z) of an elementwise activation; z, a and the result are (n, B).

    Source: δ = ∂E/∂a ∘ g′(z), with 1 for every ∂E/∂a.
    """
    if not backward.activation.elementwise:
        raise TypeError(f"{backward.activation.name} has a Jacobian, not one slope per unit")
    return backward.compute(np.ones_like(z), z, a)


def transposed_jacobian(backward: ActivationBackward, z: Array, a: Array) -> Array:
    """(∂a/∂z)ᵀ of one sample; z and a: (n, 1). Returns (n, n), row j: how z_j moves each a.

    Source: δ = (∂a/∂z)ᵀ ∂E/∂a, with each unit vector for ∂E/∂a.
    """
    n = len(z)
    return backward.compute(np.eye(n), np.repeat(z, n, axis=1), np.repeat(a, n, axis=1))


@cache
def has_kink(activation: Activation) -> bool:
    """Whether g has a kink at 0: one slope just to the left of it, and another to the right."""
    if not activation.elementwise:
        return False
    z = np.array([[-_JUST_BESIDE_0], [_JUST_BESIDE_0]])
    left, right = slopes(ActivationBackward(activation), z, Activate(activation).compute(z))
    return bool(left[0] != right[0])
