"""LaTeX of what is set in boxes: characters, words, and whole rows for amsmath's `aligned`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_COMMANDS = {
    "−": "-", "·": r"\cdot ", "×": r"\times ", "∘": r"\circ ", "∂": r"\partial ", "′": "'",
    "←": r"\leftarrow ", "→": r"\to ", "∑": r"\sum ", "Σ": r"\sum ", "√": r"\surd ",
    "⋯": r"\cdots ", "⋮": r"\vdots ", "⟨": r"\langle ", "⟩": r"\rangle ", "∞": r"\infty ",
    "‖": r"\Vert ", "½": r"\tfrac{1}{2}", "{": r"\{", "}": r"\}", "%": r"\%", "\u2009": "",
    "–": r"\text{--}", "α": r"\alpha ", "β": r"\beta ", "δ": r"\delta ", "ε": r"\varepsilon ",
    "η": r"\eta ", "μ": r"\mu ", "<": "<", ">": ">",
}  # fmt: skip
_IN_WORDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "_": r"\_", "^": r"\^{}", "~": r"\~{}", "’": "'", "“": "``", "”": "''",
}  # fmt: skip
_UPRIGHT = {"ln": r"\ln ", "tanh": r"\tanh ", "max": r"\max "}
_BOLD = re.compile("[\U0001d468-\U0001d49b\U0001d736-\U0001d755]+")


def of_symbol(text: str) -> str:
    """Characters of the maths font. Bold letters stay bold; numbers are not."""
    if text in _UPRIGHT:
        return _UPRIGHT[text]
    if text.isascii() and text.isalpha() and len(text) > 1:
        return rf"\mathrm{{{text}}}"
    if _BOLD.fullmatch(text):
        return rf"\boldsymbol{{{_plain(text).strip()}}}"
    return _plain(text)


def of_words(text: str) -> str:
    """Words of a label; letters of mathematics among them become formulas."""
    made = []
    for character in text:
        if character in _IN_WORDS:
            made.append(_IN_WORDS[character])
        elif character in _COMMANDS and not character.isascii():
            made.append(f"${_COMMANDS[character].strip()}$")
        else:
            made.append(character)
    return rf"\text{{{''.join(made)}}}"


def tidied(text: str) -> str:
    """The same LaTeX without the spaces that nobody would type, and words in one piece."""
    text = re.sub(r"\}(?:\\ |\s)+\\text\{", " ", text) if r"\text{" in text else text
    text = re.sub(r"\s+(?=[\^_}'),])", "", text)
    text = re.sub(r"(?<=[{(])\s+", "", text)
    text = re.sub(r"(?<= ) +", "", text)
    return text.strip().removesuffix("\\").rstrip()


def aligned(lines: Iterable[str]) -> str:
    """Lines, each with one &, as a displayed equation that amsmath sets."""
    body = " \\\\\n".join(f"  {line}" for line in lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _plain(text: str) -> str:
    # Mathematical italic and bold letters are the plain ones to LaTeX, which slants them itself.
    plain = unicodedata.normalize("NFKC", text.replace("𝜕", "∂").replace("½", "\x00"))
    return "".join(_COMMANDS.get(each, each) for each in plain.replace("\x00", "½"))
