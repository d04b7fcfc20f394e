"""Three people walk through Winnow in a real browser."""
