"""Where the project's own sources are, for the tests that read them."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def gui_files() -> list[Path]:
    """Every source that may show words to a person."""
    return sorted([*(ROOT / "gui").rglob("*.py"), *ROOT.glob("main.py")])


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
