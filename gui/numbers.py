"""The one way a number is written: fixed significant digits, true minus, C locale."""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
NOT_COMPUTED = "–"
MIN_DIGITS, MAX_DIGITS = 3, 12

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SMALLEST_PLAIN = 1e-4


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How many significant digits are shown, from 3 to 12.

    A number that has fewer digits than that is written as it is (0.5), every other one with all of
    them (0.500000): so a reader sees which numbers are exact.
    """

    digits: int = 6

    def parts(self, value: float) -> tuple[str, int | None]:
        """The number as (digits with sign, power of ten or None)."""
        if math.isnan(value):
            return "NaN", None
        if math.isinf(value):
            return ("∞" if value > 0 else MINUS + "∞"), None
        if value == 0:
            return "0", None
        scientific = f"{value:.{self.digits - 1}e}"
        mantissa, _, power_text = scientific.partition("e")
        power = int(power_text)
        exact = float(scientific) == value
        if _SMALLEST_PLAIN <= abs(value) and power < max(self.digits, 6):
            plain = f"{value:.{max(self.digits - 1 - power, 0)}f}"
            return _with_minus(_trimmed(plain) if exact else plain), None
        return _with_minus(_trimmed(mantissa) if exact else mantissa), power

    def text(self, value: float) -> str:
        """The number in one line of plain text: 0.138499, −0.5, 3.51019×10⁻⁵."""
        digits, power = self.parts(value)
        if power is None:
            return digits
        return f"{digits}×10{str(power).translate(_SUPERSCRIPTS)}"

    def short(self, value: float, digits: int) -> str:
        """The number with fewer digits, for where there is little room."""
        return NumberFormat(min(digits, self.digits)).text(value)

    def plain(self, value: float, digits: int) -> str:
        """The number without a power of ten; "" where it needs one, or would look exact."""
        text, power = NumberFormat(min(digits, self.digits)).parts(value)
        if power is not None:
            return ""
        if (
            digits < 2
            and "." not in text
            and math.isfinite(value)
            and float(f"{value:.0f}") != value
        ):
            return ""
        return text

    def scientific(self, value: float, digits: int) -> str:
        """The number as on a pocket calculator: 2.1e−17; "" where plain digits are as short."""
        if value == 0 or not math.isfinite(value):
            return self.text(value)
        rounded = f"{value:.{min(digits, self.digits) - 1}e}"
        mantissa, _, power = rounded.partition("e")
        if -2 < int(power) < 3:
            return ""
        if float(rounded) == value:
            mantissa = _trimmed(mantissa)
        return _with_minus(f"{mantissa}e{int(power)}")

    def compact(self, value: float, characters: int) -> str:
        """The number in at most so many characters; "" where no true form of it is that short.

        Plain while three digits fit, else whatever keeps more of them: 0.0246, 2.5e−7, 2e−17. It
        is never rounded to 0, nor to a whole number that it is not.
        """
        best = ""
        for digits in range(self.digits, 0, -1):
            plain, scientific = self.plain(value, digits), self.scientific(value, digits)
            if plain and len(plain) <= characters:
                if digits >= MIN_DIGITS or not best:
                    return plain
                return best
            if scientific and not best and len(scientific) <= characters:
                best = scientific
        return best


def full(value: float) -> str:
    """The whole double: read back, it is the same number."""
    if not math.isfinite(value):
        return NumberFormat().text(value)
    return _with_minus(repr(value))


def counted(value: float) -> str:
    """The whole double, as people count: 20 and not 20.0."""
    is_count = math.isfinite(value) and float(value).is_integer() and abs(value) < 1e15
    return _with_minus(str(int(value))) if is_count else full(value)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)
