"""Benchmarks: `python -m tests.benchmarks`. One module a topic, each with a `rows()`."""
