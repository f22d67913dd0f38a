import ast

import pytest

from tests.house.sources import ROOT, gui_files, parse
from tests.house.translation_rules import faults


def faults_of(source: str) -> list[str]:
    return [fault.reason for fault in faults(ast.parse(source))]


@pytest.mark.parametrize("path", gui_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shown_text_can_be_translated(path):
    found = [f"{path.name}:{fault.line}: {fault.reason}" for fault in faults(parse(path))]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'tr(f"epoch {epoch}")',
        'tr("epoch " + str(epoch))',
        'tr("epoch " + "count")',
        'tr("epoch {}".format(epoch))',
        'tr("epoch %d" % epoch)',
        "tr(text)",
        "tr(TEXTS[0])",
        'tr("Run" if paused else "Pause")',
        "tr()",
        "tr(*texts)",
        'tr(text="Run")',
        'tr("Run", "context")',
        'tr(b"Run")',
        'self.tr("Run")',
        'tr("epoch {epoch}", epochs=3)',
        'tr("epoch {}", epoch=3)',
        'tr("epoch {epoch", epoch=3)',
        'label.setText(prefix + tr(f"epoch {epoch}"))',
    ],
)
def test_a_text_lupdate_cannot_collect_is_found(source):
    assert len(faults_of(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'label.setText("Run")',
        'label.setText(f"epoch {epoch}")',
        'label.setText("epoch " + str(epoch))',
        'label.setText("epoch %d" % epoch)',
        'label.setText("epoch {}".format(epoch))',
        'label.setText("Run" if paused else tr("Pause"))',
        'button.setToolTip("Run")',
        'self.setWindowTitle("Gradwalk")',
        'view.setAccessibleName("network")',
        'action.setStatusTip("One step")',
        'field.setPlaceholderText("a number")',
        'QAction("Run", self)',
        'QAction(icon, "Run", self)',
        'QAction(self, text="Run")',
        'QtGui.QAction("Run", self)',
        'QLabel("loss")',
        'QPushButton("Run")',
        'menu.addMenu("File")',
        'tabs.addTab(view, "Matrices")',
        'statusBar().showMessage("δ")',
    ],
)
def test_a_bare_text_shown_to_a_person_is_found(source):
    assert len(faults_of(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'tr("Run")',
        'tr("epoch {epoch}", epoch=epoch)',
        'tr("{a} of {b:.3f}", a=1, b=2.0)',
        'tr("{a} of {b}", **values)',
        'tr("the set {1, 2}")',
        'label.setText(tr("Run"))',
        'label.setText("⏮")',
        'label.setText("")',
        'label.setText(f"{low} – {high}")',
        "label.setText(number(value))",
        'label.setText(names["z"])',
        'label.setObjectName("transport")',
        'tabs.addTab(view, tr("Matrices"))',
        'QAction(tr("Run"), self)',
    ],
)
def test_a_translatable_text_is_left_alone(source):
    assert faults_of(source) == []
