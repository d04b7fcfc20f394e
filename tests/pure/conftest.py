"""How the property tests of this folder run."""

from hypothesis import settings

# Shared machines are slow at times, which says nothing about the code: no deadline. The same
# examples in every run, so that a red build is red for everybody.
settings.register_profile("winnow", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("winnow")
