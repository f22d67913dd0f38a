"""What a Linux desktop must have before Qt can open a window, told in one sentence.

Qt itself aborts with a page of plugin names where a system library is absent. This module
imports no Qt, so it can speak first: `main.py` asks it before importing PySide6, and
`python -m gui.preflight` asks it from the Makefile.
"""

import argparse
import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence

Probe = Callable[[str], bool]

# Shared object -> Debian and Ubuntu package. Read off the PySide6-Essentials 6.11 wheel with
# `readelf -d` (what it names and does not carry itself), for Qt's libraries and each plugin.
QT_LIBRARIES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libzstd.so.1": "libzstd1",
    "libz.so.1": "zlib1g",
}
PLATFORM_LIBRARIES: Mapping[str, Mapping[str, str]] = {
    "xcb": {
        "libxcb.so.1": "libxcb1",
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
    },
}


def loads(library: str) -> bool:
    """Whether the system's loader finds the shared object, as it would for Qt."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _lacking(libraries: Mapping[str, str], probe: Probe) -> dict[str, str]:
    return {name: package for name, package in libraries.items() if not probe(name)}


def platforms(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Qt's platform plugins that may open the window, the likeliest first; empty without a screen.

    QT_QPA_PLATFORM is a list `name[:options];name…`; without it Qt goes by the session.
    """
    asked = environ.get("QT_QPA_PLATFORM", "")
    if asked:
        return tuple(name.partition(":")[0] for name in asked.split(";"))
    screens = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return tuple(name for name, variable in screens.items() if environ.get(variable))


def missing_libraries(
    names: Sequence[str] = ("xcb",), probe: Probe = loads, system: str = sys.platform
) -> dict[str, str]:
    """The shared objects Qt needs and this system lacks, each with the package that brings it.

    names: the platform plugins that would do, as `platforms` gives them. One that has everything
    is enough; where none has, the first one's lack is told. Empty on Windows and macOS, whose
    wheels carry what they need.
    """
    if system != "linux":
        return {}
    missing = _lacking(QT_LIBRARIES, probe)
    lacks = [_lacking(PLATFORM_LIBRARIES.get(name, {}), probe) for name in names]
    return missing | lacks[0] if lacks and all(lacks) else missing


def missing_display(environ: Mapping[str, str], system: str = sys.platform) -> str | None:
    """One sentence where there is no screen to open a window on, else None."""
    if system != "linux" or platforms(environ):
        return None
    return (
        "Gradwalk found no screen to open its window on: neither DISPLAY nor WAYLAND_DISPLAY is "
        "set, so start it from a desktop session, or use the commands trace and train, which "
        "need no screen."
    )


def answers(display: str) -> bool:
    """Whether an X server is there and lets us in, as Qt would ask."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Not to be known without the library, whose lack is told by itself.
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def unreachable_display(
    environ: Mapping[str, str], reach: Probe = answers, system: str = sys.platform
) -> str | None:
    """One sentence where the only screen named is one that does not answer, else None."""
    display = environ.get("DISPLAY", "")
    if system != "linux" or platforms(environ) != ("xcb",) or not display or reach(display):
        return None
    return (
        f"Gradwalk cannot reach the screen that DISPLAY names ({display}): start it from a "
        "desktop session, or use the commands trace and train, which need no screen."
    )


def complaint(
    environ: Mapping[str, str],
    probe: Probe = loads,
    system: str = sys.platform,
    reach: Probe = answers,
) -> str | None:
    """What stands in the way of a window, in one sentence, or None where nothing does."""
    missing = missing_libraries(platforms(environ), probe, system)
    if not missing:
        return missing_display(environ, system) or unreachable_display(environ, reach, system)
    *others, last = missing
    names = f"{', '.join(others)} and {last}" if others else last
    packages = " ".join(dict.fromkeys(missing.values()))
    return (
        f"Gradwalk's window needs {names}, which this system lacks: "
        f"sudo apt install {packages} (on Debian and Ubuntu)."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the complaint, if there is one, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gui.preflight", description=__doc__)
    parser.add_argument(
        "--packages",
        action="store_true",
        help="print the packages an X screen still needs, one a line, and succeed",
    )
    if parser.parse_args(arguments).packages:
        for package in dict.fromkeys(missing_libraries().values()):
            print(package)
        return 0
    sentence = complaint(os.environ)
    if sentence is None:
        return 0
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
