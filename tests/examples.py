"""The experiments that ship, for tests that hold for each of them."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "examples"
EXAMPLES = sorted(FOLDER.glob("*.gradwalk.json"))
