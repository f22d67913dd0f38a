"""What can be wrong with what a person gives the engine. Each is one sentence they can act on."""


class GradwalkError(Exception):
    """The request cannot be met; `str(error)` is one sentence for the person who made it."""


class ShapeError(GradwalkError):
    """Two shapes that have to fit do not."""


class ExperimentError(GradwalkError):
    """An experiment is not valid; the sentence starts with the path to the field."""


class FormatError(GradwalkError):
    """A file is not what its format says."""


class FileError(GradwalkError):
    """A file could not be read or written."""


class NonFiniteError(GradwalkError):
    """A run met a value that is not a finite number."""
