"""How large an experiment may be. The only place: readers, validation and the window read these."""

MAX_LAYERS = 16
MAX_UNITS = 4096
MAX_WEIGHTS = 4_000_000
MAX_SAMPLES = 100_000
MAX_DATA_VALUES = 20_000_000
MAX_BATCH = 4096
MAX_ITERATIONS = 1_000_000_000
MAX_EDITS = 10_000
MAX_BREAKPOINTS = 1000
MAX_BOOKMARKS = 1000
MAX_BOOKMARK_NAME = 200
MAX_SEED = 2**63 - 1
MAX_TEXT = 1_000_000
MAX_FILE_BYTES = 256 * 2**20
MAX_JSON_DEPTH = 32
MAX_JSON_VALUES = 2 * MAX_DATA_VALUES
MAX_TENSORS = 64
MAX_TENSOR_HEADER_BYTES = 1_000_000

# Marks kept to travel through a run: half of what a million iterations may add in all.
MARK_BYTES = 32 * 2**20
