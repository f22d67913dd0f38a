"""How quantities are written as letters and said in words. No mathematics, and no Qt widgets.

One element carries its indices as subscripts, counted from 1, and its layer in parentheses as a
superscript; a weight from unit i to unit j is w_ij, in this order. A whole layer is bold, with the
layer as its subscript. The input a_0 is x.

In matrix form activations are x_l and rates α, as in the seed's second part, and an element is an
element of its matrix, to × from: (W_1)_2,1 is w_12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.expression import Constant, Index, Quantity, Term, quantity
from gui.translation import tr

# Adam counts its updates with k, which is also the letter of an output unit.
_LETTERS = {"delta": "δ", "W": "w", "dW": "w", "db": "b", "da": "a", "k": "n"}
_MATRIX_LETTERS = {**_LETTERS, "a": "x", "da": "x"}
_SLOTS = {"velocity": "v", "m": "m", "v": "v"}
_DERIVATIVES = ("dW", "db", "da")
_MATRICES = ("W", "dW")

_ITALIC = {"a": 0x1D44E, "A": 0x1D434, "α": 0x1D6FC}
_BOLD = {"a": 0x1D482, "A": 0x1D468, "α": 0x1D736}
_BOLD_DIGIT = 0x1D7CE

Notation = Literal["node", "matrix"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A quantity as it is written: plain characters, to be set in italics or bold.

    derivative: the letter stands below ∂E in a fraction. whole: it is a vector or matrix.
    within: the subscript of the vector or matrix whose element this is.
    """

    letter: str
    sub: str = ""
    sup: str = ""
    derivative: bool = False
    whole: bool = False
    within: str = ""

    def plain(self) -> str:
        """In plain text, such as ``w_12^(1)``, ``∂E/∂b_j`` or ``(W_1)_2,1``."""
        sub = f"_{self.sub}" if self.sub else ""
        sup = f"^{self.sup}" if self.sup else ""
        base = f"({self.letter}_{self.within})" if self.within else self.letter
        return f"{'∂E/∂' if self.derivative else ''}{base}{sub}{sup}"


@lru_cache(maxsize=4096)
def letter_of(term: Term, notation: Notation = "node") -> Letter:
    """How a term is written."""
    what = quantity(term.name)
    if notation == "matrix":
        return _in_matrix_form(term, what)
    letter = _letter(what)
    derivative = what.kind in _DERIVATIVES and not what.slot
    sample = f"⟨{_index(term.sample)}⟩" if term.sample is not None else ""
    if not term.indices:
        return _whole(what, letter, derivative, sample)
    if what.kind == "a" and what.layer == 0 and isinstance(term.indices[0], int):
        return Letter("x", subscript(term.indices), sample)
    return Letter(letter, subscript(term.indices), _layer(what.layer, term) + sample, derivative)


def constant_letter(constant: Constant, notation: Notation = "node") -> Letter:
    """How a chosen number is written: η (α in matrix form), β₁, η_ij."""
    symbol = constant.symbol
    sub = symbol[1:].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    if constant.indices and notation == "matrix":
        layer = "" if constant.layer is None else str(constant.layer)
        return Letter("α", _to_from(constant.indices), within=layer)
    if constant.indices:
        sub = subscript(constant.indices)
    numbered = any(isinstance(index, int) for index in constant.indices)
    letter = "α" if notation == "matrix" and symbol == "η" else symbol[0]
    return Letter(letter, sub, f"({constant.layer})" if numbered else "")


def subscript(indices: Sequence[Index]) -> str:
    """Indices from the arrays as they are read: from 1, and a weight's as from, to."""
    parts = [_index(index) for index in reversed(indices)]
    return ("," if any(len(part) > 1 for part in parts) else "").join(parts)


def agree(one: Term, other: Term, column: int = 0) -> bool:
    """Whether two terms can stand for the same number.

    A letter stands for every number, and a whole for each of its elements. column: the sample that
    a term without one belongs to.
    """
    if one.name != other.name:
        return False
    if one.indices and other.indices:
        if not all(map(_may_equal, one.indices, other.indices)):
            return False
    samples = (column if each.sample is None else each.sample for each in (one, other))
    return _may_equal(*samples)


def italic(text: str) -> str:
    """`text` with its letters from Unicode Mathematical Italic; digits stay upright."""
    return "".join(_styled(character, _ITALIC) for character in text).replace("∂", "𝜕")


def bold(text: str) -> str:
    """`text` with letters in mathematical bold italic and digits in mathematical bold."""
    return "".join(
        chr(_BOLD_DIGIT + int(character)) if character.isascii() and character.isdigit()
        else _styled(character, _BOLD)
        for character in text
    )  # fmt: skip


def describe(term: Term) -> str:
    """What a term is, in words."""
    what = quantity(term.name)
    words = _in_words(what, term)
    if what.slot == "velocity":
        return tr("velocity of {what}", what=words)
    if what.slot == "m":
        return tr("running mean of the gradient of {what}", what=words)
    if what.slot == "v":
        return tr("running mean of the squared gradient of {what}", what=words)
    if what.kind in ("dW", "db"):
        return tr("gradient of {what}", what=words)
    if isinstance(term.sample, int):
        return tr("{what}, column {column} of the batch", what=words, column=term.sample + 1)
    return words


def _letter(what: Quantity) -> str:
    if what.slot:
        return _SLOTS[what.slot]
    return _LETTERS.get(what.kind, what.kind)


def _in_matrix_form(term: Term, what: Quantity) -> Letter:
    letter = _SLOTS[what.slot] if what.slot else _MATRIX_LETTERS.get(what.kind, what.kind)
    if what.kind in _MATRICES:
        letter = letter.upper()
    derivative = what.kind in _DERIVATIVES and not what.slot
    sample = f"⟨{_index(term.sample)}⟩" if term.sample is not None else ""
    layer = "" if what.layer is None else str(what.layer)
    if what.layer is None and what.kind != "t":
        return Letter(letter)
    if not term.indices:
        return Letter(letter, layer, sample, derivative, whole=True)
    return Letter(letter, _to_from(term.indices), sample, derivative, within=layer)


def _to_from(indices: Sequence[Index]) -> str:
    return ",".join(_index(index) for index in indices)


def _may_equal(one: Index, other: Index) -> bool:
    return one == other or isinstance(one, str) or isinstance(other, str)


def _whole(what: Quantity, letter: str, derivative: bool, sample: str) -> Letter:
    if what.layer is None and what.kind != "t":
        return Letter(letter)
    if what.kind == "a" and what.layer == 0:
        return Letter("x", "", sample, whole=True)
    if what.kind in _MATRICES:
        letter = letter.upper()
    layer = "" if what.layer is None else str(what.layer)
    return Letter(letter, layer, sample, derivative, whole=True)


def _layer(layer: int | None, term: Term) -> str:
    numbered = any(isinstance(index, int) for index in term.indices)
    return f"({layer})" if numbered and layer is not None else ""


def _index(index: Index) -> str:
    return str(index + 1) if isinstance(index, int) else index


def _styled(character: str, starts: dict[str, int]) -> str:
    if character == "h" and starts is _ITALIC:
        return "ℎ"  # Unicode has no other italic h.
    if "a" <= character <= "z":
        return chr(starts["a"] + ord(character) - ord("a"))
    if "A" <= character <= "Z":
        return chr(starts["A"] + ord(character) - ord("A"))
    if "α" <= character <= "ω":
        return chr(starts["α"] + ord(character) - ord("α"))
    return character


def _in_words(what: Quantity, term: Term) -> str:
    if what.kind == "E":
        return tr("error E of this iteration")
    if what.kind == "k":
        return tr("updates counted so far")
    if any(isinstance(index, str) for index in term.indices) or not term.indices:
        return _all_in_words(what)
    if what.is_weight_shaped:
        return _weight_in_words(what, term)
    return _unit_in_words(what, _index(term.indices[0]))


def _weight_in_words(what: Quantity, term: Term) -> str:
    layer = what.layer or 0
    to, source = (_index(index) for index in term.indices)
    return tr(
        "w from unit {source} of layer {below} to unit {to} of layer {layer}",
        source=source,
        below=layer - 1,
        to=to,
        layer=layer,
    )


def _unit_in_words(what: Quantity, unit: str) -> str:
    layer = what.layer
    match what.kind:
        case "z":
            return tr("pre-activation z of unit {unit} of layer {layer}", unit=unit, layer=layer)
        case "a" if layer == 0:
            return tr("input {unit}", unit=unit)
        case "a":
            return tr("activation a of unit {unit} of layer {layer}", unit=unit, layer=layer)
        case "delta":
            return tr("error signal δ of unit {unit} of layer {layer}", unit=unit, layer=layer)
        case "da":
            return tr("∂E/∂a of unit {unit} of layer {layer}", unit=unit, layer=layer)
        case "t":
            return tr("target t of output unit {unit}", unit=unit)
        case _:
            return tr("bias b of unit {unit} of layer {layer}", unit=unit, layer=layer)


def _all_in_words(what: Quantity) -> str:
    layer = what.layer
    match what.kind:
        case "W" | "dW":
            return tr("weights into layer {layer}", layer=layer)
        case "b" | "db":
            return tr("biases of layer {layer}", layer=layer)
        case "z":
            return tr("pre-activations z of layer {layer}", layer=layer)
        case "a" if layer == 0:
            return tr("inputs")
        case "a":
            return tr("activations a of layer {layer}", layer=layer)
        case "delta":
            return tr("error signals δ of layer {layer}", layer=layer)
        case "da":
            return tr("∂E/∂a of layer {layer}", layer=layer)
        case _:
            return tr("targets t")
