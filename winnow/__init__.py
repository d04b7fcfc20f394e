"""The `winnow` command and nothing else: the house itself is found by `winnow.cli`."""

__version__ = "0.1.0"
