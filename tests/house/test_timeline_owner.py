import ast

import pytest

from tests.house.sources import ROOT, gui_files, parse

OWNER = ROOT / "gui" / "controller.py"


def uses_of_timeline(tree: ast.AST) -> list[int]:
    """Lines that get at the Timeline, whichever way it is imported."""
    return sorted(node.lineno for node in ast.walk(tree) if _reaches_timeline(node))


def _reaches_timeline(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module="engine.timeline"):
            return True
        case ast.ImportFrom(module="engine", names=names):
            return any(name.name in {"Timeline", "timeline", "*"} for name in names)
        case ast.Import(names=names):
            return any(name.name == "engine.timeline" for name in names)
        case ast.Attribute(value=ast.Name(id="engine"), attr="Timeline" | "timeline"):
            return True
        case _:
            return False


@pytest.mark.parametrize(
    "path",
    [path for path in gui_files() if path != OWNER and path.is_relative_to(ROOT / "gui")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_the_controller_knows_the_timeline(path):
    assert uses_of_timeline(parse(path)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from engine import Timeline",
        "from engine import Frame, Timeline as T",
        "from engine import timeline",
        "from engine import *",
        "from engine.timeline import Timeline",
        "from engine.timeline import START",
        "import engine.timeline",
        "import engine.timeline as t",
        "import engine\nrun = engine.Timeline(program)",
        "def late():\n    from engine import Timeline",
        "if TYPE_CHECKING:\n    from engine import Timeline",
    ],
)
def test_each_way_to_the_timeline_is_found(source):
    assert uses_of_timeline(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "from engine import Frame, Position",
        "from engine.frame import Frame",
        "from gui.views.timeline_bar import TimelineBar",
        "import engine\nerror = engine.GradwalkError",
    ],
)
def test_what_a_view_may_import_is_left_alone(source):
    assert uses_of_timeline(ast.parse(source)) == []
