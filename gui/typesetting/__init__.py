"""Typesetting of formulas: boxes on the maths font, close to what TeX would set."""
