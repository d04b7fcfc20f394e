"""How somebody answers, told from their answers and those of others: evidence, no verdicts."""
