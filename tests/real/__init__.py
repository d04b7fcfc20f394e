"""Tests on real data sets, which do not ship with Winnow; see the fixture `real_data`."""
