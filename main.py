"""The command line: open the window, or run a command without one."""

from __future__ import annotations

import sys

MINIMUM = (3, 11)
COMMANDS = ("trace", "train")


def main() -> int:
    """Runs the program; returns its exit status."""
    if sys.version_info < MINIMUM:
        print("Gradwalk needs Python 3.11 or newer.", file=sys.stderr)
        return 1
    arguments = sys.argv[1:]
    try:
        if _are_for_the_window(arguments):
            return open_window(*arguments)
        # Imported late: a command must not load Qt, the window must not wait for NumPy, and an
        # old Python must not meet new syntax.
        from engine import commands

        return commands.run(arguments, open_window)
    except KeyboardInterrupt:
        return 1  # Before a command takes Ctrl+C into its own hands: nothing has begun.


def _are_for_the_window(arguments: list[str]) -> bool:
    """Whether they are none, or an experiment; all else is looked at more closely elsewhere."""
    options = (argument for argument in arguments if argument.startswith("-"))
    return len(arguments) < 2 and not any(options) and not {*COMMANDS} & {*arguments}


def open_window(experiment: str | None = None) -> int:
    """Opens the window, or says in one sentence why it cannot."""
    import gc
    import os

    # While modules load there is much to look through and nothing to free; `app.run` turns it on.
    gc.disable()
    from gui import preflight

    complaint = preflight.complaint(os.environ)
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    from gui.app import run

    return run(experiment)


if __name__ == "__main__":
    sys.exit(main())
