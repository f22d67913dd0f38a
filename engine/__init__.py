"""The engine of Gradwalk: back-propagation, one Step at a time.

Notation. A feed-forward network has layers l = 1 … L; layer 0 is the input. Columns are samples,
and a matrix of weights is to × from: W_l is (n_l, n_{l-1}), b_l is (n_l, 1), z_l, a_l, delta_l are
(n_l, B), E is a scalar, the mean over the batch's B columns. One iteration has four phases:
forward (z, a, E), delta (∂E/∂a, δ = ∂E/∂z), gradient (∂E/∂W, ∂E/∂b), update. In a State the names
are "a0", "t", "W1", "b1", "z1", "a1", …, "E", "da2", "delta2", …, "dW1", "db1", …

Without a Timeline, an iteration is a plain loop over Steps:

    program = compile_program(experiment)
    state = start_state(experiment)
    for step in program.steps:
        state = step.apply(state)

Imports NumPy and the standard library only, and knows nothing of who looks at it.
"""

from engine.datasets import Data
from engine.errors import GradwalkError
from engine.experiment import Experiment, Layer, Network
from engine.frame import Frame, NonFinite
from engine.position import Position
from engine.program import Granularity, Phase, Program, Step, compile_program
from engine.state import State
from engine.timeline import Timeline, start_state

__all__ = [
    "Data",
    "Experiment",
    "Frame",
    "GradwalkError",
    "Granularity",
    "Layer",
    "Network",
    "NonFinite",
    "Phase",
    "Position",
    "Program",
    "State",
    "Step",
    "Timeline",
    "compile_program",
    "start_state",
]
