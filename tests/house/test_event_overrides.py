import ast

import pytest

from tests.house.sources import ROOT, gui_files, parse

OVERRIDES = {"event", "viewportEvent", "notify"}


def overrides(tree: ast.AST) -> list[str]:
    """The event functions of Qt that a class has of its own, with all that Qt calls from them."""
    return [
        f"{each.name}.{method.name}"
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef)
        for method in each.body
        if isinstance(method, ast.FunctionDef) and method.name in OVERRIDES
    ]


@pytest.mark.parametrize("path", gui_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_event_function_stands_between_qt_and_what_may_raise(path):
    assert overrides(parse(path)) == []


@pytest.mark.parametrize("name", sorted(OVERRIDES))
def test_an_event_function_is_found(name):
    tree = ast.parse(f"class View(QWidget):\n    def {name}(self, event): ...")
    assert overrides(tree) == [f"View.{name}"]
