"""The one function that every visible string goes through."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "Gradwalk"


def tr(text: str, /, **values: object) -> str:
    """`text` in the person's language, with {named} fields filled in afterwards.

    `text` has to be a literal, or the tools that collect strings for translators cannot find it;
    a test holds that.
    """
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated
