"""One plain sentence for what a Step does, at every stop."""

from gui.sentences.naming import Names, title
from gui.sentences.telling import sentence

__all__ = ["Names", "sentence", "title"]
