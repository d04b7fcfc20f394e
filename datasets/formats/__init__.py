"""The formats: foreign file layouts that we read or write, one file each.

To add one: a file here with a `FORMAT`, a line in the list below, and a golden file in
`tests/formats/`. The order is that of the pages; `detect.py` says which one a bunch of files is.
"""

from datasets.formats import coco, conll, csv, files, jsonl, lines, pairs, ranges, voc
from datasets.formats.base import Format
from foundation.registry import Registry

FORMATS: Registry[Format] = Registry("winnow.formats")

BUILT_IN: list[Format] = [
    jsonl.FORMAT,
    csv.FORMAT,
    files.FORMAT,
    lines.FORMAT,
    coco.FORMAT,
    voc.FORMAT,
    conll.FORMAT,
    pairs.FORMAT,
    ranges.FORMAT,
]

for _format in BUILT_IN:
    FORMATS.register(_format.name, _format)
FORMATS.load_plugins()
