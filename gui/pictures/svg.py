"""What Qt writes as SVG, made to look the same in every program.

Letters become outlines, for the fonts may not be installed there. And what is drawn with pens that
do not grow with the drawing is put into place beforehand, for few programs know of such pens.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainterPath, QTransform

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_GROUP, _TEXT, _PATH, _RECT, _POLYGON = (
    f"{{{_SVG}}}{name}" for name in ("g", "text", "path", "rect", "polygon")
)
_EFFECT = "vector-effect"
_KEPT = "fill", "fill-opacity", "stroke"
_POINTS_PER_INCH = 72
_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_PAIR = re.compile(rf"({_NUMBER.pattern}),({_NUMBER.pattern})")


def portable(svg: bytes, dpi: int) -> bytes:
    """An SVG as Qt writes it, made portable. dpi: of its pixels."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(svg)
    for text in root.iter(_TEXT):
        _outline(text, dpi)
    for group in root.iter(_GROUP):
        # The space between two words has no outline, and a path without data is an error.
        group[:] = [each for each in group if each.tag != _PATH or each.get("d")]
        if any(each.get(_EFFECT) == "non-scaling-stroke" for each in group):
            _put_into_place(group)
    for element in root.iter():
        element.attrib.pop(_EFFECT, None)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


# Letters


def _outline(text: ElementTree.Element, dpi: int) -> None:
    path = QPainterPath()
    start = QPointF(float(text.get("x", "0")), float(text.get("y", "0")))
    path.addText(start, _font_of(text, dpi), text.text or "")
    kept = {name: text.get(name, "") for name in _KEPT}
    after = text.tail
    text.clear()
    text.tag, text.tail = _PATH, after
    # The groups around it say "evenodd", which leaves holes where two strokes of a letter cross.
    text.attrib.update(kept, d=_commands(path), **{"fill-rule": "nonzero"})


def _font_of(text: ElementTree.Element, dpi: int) -> QFont:
    font = QFont(text.get("font-family", ""))
    # In points, for only these take fractions; then the letters stand as they do on the screen.
    font.setPointSizeF(float(text.get("font-size", "12")) * _POINTS_PER_INCH / dpi)
    font.setWeight(QFont.Weight(int(text.get("font-weight", "400"))))
    font.setItalic(text.get("font-style") == "italic")
    return font


def _commands(path: QPainterPath) -> str:
    """A path as the `d` of SVG."""
    kinds = QPainterPath.ElementType
    letters = {kinds.MoveToElement: "M", kinds.LineToElement: "L", kinds.CurveToElement: "C"}
    elements = (path.elementAt(number) for number in range(path.elementCount()))
    # The second and third point of a curve carry no letter of their own.
    return " ".join(f"{letters.get(each.type, '')}{each.x:.6g},{each.y:.6g}" for each in elements)


# Pens that do not grow


def _put_into_place(group: ElementTree.Element) -> None:
    """Applies the transform of a group to what is in it, so that it stretches no pen."""
    place = QTransform(*map(float, _NUMBER.findall(group.get("transform", ""))))
    if not place.isScaling():  # Which a rotation counts as, too.
        return
    del group.attrib["transform"]
    for each in group:
        if each.tag == _RECT:
            _make_polygon(each)
        for name in ("d", "points"):
            if name in each.attrib:
                each.set(name, _PAIR.sub(lambda found: _moved(found, place), each.get(name, "")))


def _moved(found: re.Match[str], place: QTransform) -> str:
    moved = place.map(QPointF(float(found[1]), float(found[2])))
    return f"{moved.x():.6g},{moved.y():.6g}"


def _make_polygon(rect: ElementTree.Element) -> None:
    x, y, wide, high = (float(rect.attrib.pop(each)) for each in ("x", "y", "width", "height"))
    corners = (x, y), (x + wide, y), (x + wide, y + high), (x, y + high)
    rect.tag = _POLYGON
    rect.set("points", " ".join(f"{left:.6g},{top:.6g}" for left, top in corners))
