"""Every action of the window, with its text, keys and icon: the only source of shortcuts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from engine.program import Granularity
from gui.icons import icon
from gui.theme import Theme
from gui.translation import tr

# What goes on while the key is held.
_REPEATED = {
    *("step", "back", "phase_next", "phase_back", "iteration_next", "iteration_back"),
    *("faster", "slower", "larger", "smaller", "more_digits", "fewer_digits", "undo", "redo"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that stand together in a menu and in the sheet of keys."""

    title: str
    names: tuple[str, ...]


class Actions:
    """The actions by name. The first key of each is the one that tooltips show."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._icons: dict[str, str] = {}
        self._by_name: dict[str, QAction] = {}
        self._make_file_actions()
        self._make_edit_actions()
        self._make_data_actions()
        self._make_step_actions()
        self._make_run_actions()
        self._make_view_actions()
        self._make_granularities()
        parent.addActions(list(self._by_name.values()))

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def groups(self) -> tuple[Group, ...]:
        """All actions, grouped as in the menus."""
        return (
            Group(
                tr("&File"),
                (
                    "new",
                    "open",
                    "save",
                    "save_as",
                    "import_weights",
                    "export",
                    "export_picture",
                    "export_table",
                    "quit",
                ),
            ),
            Group(tr("&Edit"), ("undo", "redo", "copy_latex", "copy_text", "copy_picture")),
            Group(tr("&Data"), ("samples", "built_in", "import_csv", "paste_data")),
            Group(
                tr("&Step"),
                (
                    "step",
                    "back",
                    "phase_next",
                    "phase_back",
                    "iteration_next",
                    "iteration_back",
                    "start",
                    "newest",
                    "go_to",
                    "place_back",
                    "place_forward",
                    "bookmark",
                ),
            ),
            Group(tr("Step &by"), tuple(Granularity)),
            Group(
                tr("&Run"),
                (
                    "run",
                    "run_back",
                    "faster",
                    "slower",
                    "train",
                    "breakpoint",
                    "run_to",
                    "search_forward",
                    "search_back",
                    "breakpoints",
                    "reset",
                    "reseed",
                    "check_gradients",
                ),
            ),
            Group(
                tr("&View"),
                (
                    "theme",
                    "experiment",
                    "present",
                    "matrix_notation",
                    "why",
                    "gradients",
                    "find_unit",
                    "larger",
                    "smaller",
                    "normal_size",
                    "more_digits",
                    "fewer_digits",
                ),
            ),
            Group(tr("&Help"), ("keys", "about")),
        )

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in the theme's colours."""
        for name, file in self._icons.items():
            self._by_name[name].setIcon(icon(file, theme))

    def set_icon(self, name: str, file: str, theme: Theme) -> None:
        """Gives an action another icon."""
        self._icons[name] = file
        self._by_name[name].setIcon(icon(file, theme))

    def set_text(self, name: str, text: str) -> None:
        """Gives an action another text, and the tooltip that goes with it."""
        action = self._by_name[name]
        action.setText(text)
        plain = text.replace("&", "")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain} ({keys})" if keys else plain)

    def _add(self, name: str, text: str, *keys: str, icon_file: str = "") -> QAction:
        action = QAction(self._parent)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        # A key that is held a little too long must not start, stop and start a run again.
        action.setAutoRepeat(name in _REPEATED)
        self._by_name[name] = action
        if icon_file:
            self._icons[name] = icon_file
        self.set_text(name, text)
        return action

    def _make_file_actions(self) -> None:
        self._add("new", tr("&New experiment"), "Ctrl+N")
        self._add("open", tr("&Open experiment…"), "Ctrl+O", icon_file="open")
        self._add("save", tr("&Save"), "Ctrl+S", icon_file="save")
        self._add("save_as", tr("Save &as…"), "Ctrl+Shift+S")
        self._add("import_weights", tr("&Import weights…"), "Ctrl+I")
        self._add("export", tr("&Export trained weights…"), "Ctrl+E", icon_file="export")
        self._add("export_picture", tr("Export &picture…"), "Ctrl+Shift+E")
        self._add("export_table", tr("Export &table…"))
        self._add("quit", tr("&Quit"), "Ctrl+Q").setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit_actions(self) -> None:
        self._add("undo", tr("&Undo the change"), "Ctrl+Z")
        self._add("redo", tr("&Redo the change"), "Ctrl+Shift+Z")
        self._add("copy_latex", tr("Copy the equation as &LaTeX"), "Ctrl+Shift+L")
        self._add("copy_text", tr("Copy the equation as &text"), "Ctrl+Shift+C")
        self._add("copy_picture", tr("Copy the equation as &picture"), "Ctrl+Shift+P")

    def _make_data_actions(self) -> None:
        self._add("samples", tr("&Samples…"), "Ctrl+K")
        self._add("built_in", tr("&Built-in data…"))
        self._add("import_csv", tr("&Import CSV…"), "Ctrl+Shift+I")
        self._add("paste_data", tr("&Paste from a spreadsheet…"), "Ctrl+Shift+V")

    def _make_step_actions(self) -> None:
        self._add("step", tr("Step &forward"), "Right", "F10", ".", icon_file="step")
        self._add("back", tr("Step &back"), "Left", "Shift+F10", ",", icon_file="back")
        self._add("phase_next", tr("Next phase"), "Ctrl+Right", "F11", icon_file="phase-next")
        self._add(
            "phase_back", tr("Previous phase"), "Ctrl+Left", "Shift+F11", icon_file="phase-back"
        )
        self._add("iteration_next", tr("Next iteration"), "PgDown", icon_file="iteration-next")
        self._add("iteration_back", tr("Previous iteration"), "PgUp", icon_file="iteration-back")
        self._add("start", tr("To the &start"), "Home", icon_file="start")
        self._add("newest", tr("To the &newest step"), "End", icon_file="newest")
        self._add("go_to", tr("&Go to iteration…"), "Ctrl+J")
        self._add("place_back", tr("Go &back to the last place"), "Ctrl+[")
        self._add("place_forward", tr("Go &forward again"), "Ctrl+]")
        self._add("bookmark", tr("Book&mark this place…"), "Ctrl+B")

    def _make_run_actions(self) -> None:
        self._add("run", tr("&Run"), "Space", "F5", icon_file="run")
        self._add("run_back", tr("Run &backward"), "Shift+Space", "Ctrl+F5")
        self._add("faster", tr("F&aster"), "+")
        self._add("slower", tr("S&lower"), "-")
        self._add("train", tr("&Train at full speed"), "Ctrl+T", icon_file="train")
        self._add("breakpoint", tr("Breakpoint &here"), "F9")
        self._add("run_to", tr("Run &to here again"), "Ctrl+F10")
        self._add("search_forward", tr("To the &next breakpoint"), "F8")
        self._add("search_back", tr("To the &previous breakpoint"), "Shift+F8")
        self._add("breakpoints", tr("Break&points…"), "Ctrl+F9")
        self._add("reset", tr("R&eset, same seed"), "Ctrl+R", icon_file="reset")
        self._add("reseed", tr("Reset, &new seed"), "Ctrl+Shift+R", icon_file="new-seed")
        self._add("check_gradients", tr("&Check all gradients…"), "Ctrl+G")

    def _make_view_actions(self) -> None:
        self._add("theme", tr("Light or &dark"), icon_file="theme")
        self._add("experiment", tr("&Experiment at the left"), "Ctrl+L").setCheckable(True)
        self._add("present", tr("&Presentation"), "Shift+F5").setCheckable(True)
        self._add("matrix_notation", tr("&Matrix form"), "Ctrl+M").setCheckable(True)
        self._add("gradients", tr("&Gradients in the network"), "Ctrl+D").setCheckable(True)
        self._add("find_unit", tr("Find a &unit…"), "Ctrl+F")
        self._add("why", tr("&Why: the chain rule"), "Ctrl+Y").setCheckable(True)
        self._add("more_digits", tr("M&ore digits"), "Ctrl+Up")
        self._add("fewer_digits", tr("&Fewer digits"), "Ctrl+Down")
        self._add("larger", tr("&Larger text"), "Ctrl++", "Ctrl+=")
        self._add("smaller", tr("&Smaller text"), "Ctrl+-")
        self._add("normal_size", tr("&Normal text size"), "Ctrl+0")
        self._add("keys", tr("All &keys"), "F1", icon_file="help")
        self._add("about", tr("&About Gradwalk"))

    def _make_granularities(self) -> None:
        group = QActionGroup(self._parent)
        texts = granularity_texts()
        for key, granularity in enumerate(Granularity, start=1):
            action = self._add(granularity, texts[granularity], str(key))
            action.setCheckable(True)
            action.setData(granularity)
            group.addAction(action)


def granularity_texts() -> dict[Granularity, str]:
    """How far one step goes, in a word each."""
    return {
        Granularity.WEIGHT: tr("weight"),
        Granularity.UNIT: tr("unit"),
        Granularity.LAYER: tr("layer"),
        Granularity.PHASE: tr("phase"),
        Granularity.ITERATION: tr("iteration"),
        Granularity.EPOCH: tr("epoch"),
    }
