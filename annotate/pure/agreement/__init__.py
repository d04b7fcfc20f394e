"""How alike annotations are: measures with intervals, by label and by pair of annotators."""
