"""The slopes the matrix view shows, against central differences of the activations themselves."""

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.operations import Activate, ActivationBackward
from engine.slopes import slopes, transposed_jacobian

H = 1e-6
TOLERANCE = 1e-9  # of central differences: h² for the truncation, 1e-16 / h for the rounding
ELEMENTWISE = [name for name, each in ACTIVATIONS.items() if each.elementwise]
Z = np.array([[-1.5, 0.3, 2.0], [0.7, -0.2, 1.1]])


def difference(name, z, change):
    activate = Activate(ACTIVATIONS[name])
    return (activate.compute(z + H * change) - activate.compute(z - H * change)) / (2 * H)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_are_those_of_the_activation(name):
    a = Activate(ACTIVATIONS[name]).compute(Z)
    found = slopes(ActivationBackward(ACTIVATIONS[name]), Z, a)
    np.testing.assert_allclose(found, difference(name, Z, np.ones_like(Z)), atol=TOLERANCE)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_row_j_of_the_transposed_jacobian_is_how_z_j_moves_every_a(name):
    z = Z[:, :1]
    a = Activate(ACTIVATIONS[name]).compute(z)
    found = transposed_jacobian(ActivationBackward(ACTIVATIONS[name]), z, a)
    for j in range(len(z)):
        change = np.zeros_like(z)
        change[j] = 1.0
        np.testing.assert_allclose(found[j], difference(name, z, change)[:, 0], atol=TOLERANCE)


def test_softmax_has_no_slope_for_each_unit():
    with pytest.raises(TypeError, match="Jacobian"):
        slopes(ActivationBackward(ACTIVATIONS["softmax"]), Z, Z)
