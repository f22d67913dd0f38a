import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT

PYTHONS = ("3.11", "3.12", "3.13")
REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*-py*.txt"))
by_name = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)


def statements(text: str) -> list[str]:
    """The requirements of a file, comments off and continued lines joined."""
    uncommented = re.sub(r"(?m)(^|\s)#.*$", "", text)
    joined = re.sub(r"\\\s*\n", " ", uncommented)
    return [line.strip() for line in joined.splitlines() if line.strip()]


def faults(text: str) -> list[str]:
    """Statements that are not one exact version with its hashes, and lines with an address."""
    pin = re.compile(
        r"[a-z0-9-]+==[0-9][\w.]*( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+", re.IGNORECASE
    )
    spaced = [re.sub(r"\s+", " ", statement) for statement in statements(text)]
    loose = [statement for statement in spaced if not pin.fullmatch(statement)]
    # An address has a scheme or a host; a path, two separators in one word.
    placed = re.findall(r"(?m)^.*(?:://|\bfile:|[\\/]\w+[\\/]|\.(?:org|com|net|io)\b).*$", text)
    return loose + placed


def pins(lock: Path) -> dict[str, str]:
    found = (
        Requirement(s.split(" --hash")[0].strip()) for s in statements(lock.read_text("utf-8"))
    )
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in found}


def wanted(python: str, *groups: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    texts = list(project["project"]["dependencies"])
    for group in groups:
        texts += project["dependency-groups"][group]
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    all_of_them = map(Requirement, texts)
    return [r for r in all_of_them if r.marker is None or r.marker.evaluate(environment)]


def test_there_is_a_lock_for_every_python():
    names = {
        f"{kind}-py{python.replace('.', '')}.txt" for python in PYTHONS for kind in ("app", "dev")
    }
    assert {lock.name for lock in LOCKS} == names


@by_name
def test_a_lock_is_exact_hashed_and_names_no_address(lock):
    assert pins(lock)
    assert faults(lock.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.iterdir()), ids=lambda path: path.name)
def test_no_requirements_file_names_a_place(path):
    assert not re.search(r"://|--(extra-)?index-url|--find-links|^-[if]\b", path.read_text("utf-8"))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("kind", "groups"), [("app", ()), ("dev", ("test", "check"))])
def test_a_lock_is_what_pyproject_asks_for(python, kind, groups):
    locked = pins(REQUIREMENTS / f"{kind}-py{python.replace('.', '')}.txt")
    for requirement in wanted(python, *groups):
        version = locked[canonicalize_name(requirement.name)].removeprefix("==")
        assert requirement.specifier.contains(version), f"{requirement} but {version} is locked"


@pytest.mark.parametrize("python", PYTHONS)
def test_the_dev_lock_holds_all_of_the_app_lock(python):
    tag = python.replace(".", "")
    app, dev = (pins(REQUIREMENTS / f"{kind}-py{tag}.txt") for kind in ("app", "dev"))
    assert app.items() <= dev.items()


HASH = "--hash=sha256:" + 64 * "0"


@pytest.mark.parametrize(
    "text",
    [
        "numpy==2.4.6",
        f"numpy>=2.4 {HASH}",
        "numpy==2.4.6 \\\n    --hash=sha256:beef",
        f"numpy==2.4.6 \\\n    {HASH}\ntqdm==4.70.1",
        f"numpy @ https://example.invalid/numpy.whl {HASH}",
        f"--index-url https://example.invalid/simple\nnumpy==2.4.6 {HASH}",
        f"--find-links wheels\nnumpy==2.4.6 {HASH}",
        f"# from https://example.invalid/simple\nnumpy==2.4.6 {HASH}",
        f"numpy==2.4.6 {HASH}\n    # via -r /home/ada/requirements.in",
    ],
)
def test_a_loose_or_placed_pin_is_found(text):
    assert faults(text) != []


def test_a_good_pin_is_left_alone():
    assert (
        faults(f"numpy==2.4.6 ; sys_platform == 'win32' \\\n    {HASH} \\\n    {HASH}\n    # via a")
        == []
    )


@pytest.mark.parametrize("version", ["6.12.0", "6.9.1", "6.9.2", "6.11.0", "6.11.1"])
def test_a_qt_known_to_be_bad_is_refused_on_3_11(version):
    [qt] = [r for r in wanted("3.11") if r.name == "PySide6-Essentials"]
    assert not qt.specifier.contains(version)


@pytest.mark.parametrize(
    ("python", "version"),
    [("3.11", v) for v in ("6.8.3", "6.9.3", "6.10.3", "6.11.3")]
    + [("3.12", "6.12.0"), ("3.13", "6.12.0")],
)
def test_a_qt_known_to_be_good_is_accepted(python, version):
    [qt] = [r for r in wanted(python) if r.name == "PySide6-Essentials"]
    assert qt.specifier.contains(version)
