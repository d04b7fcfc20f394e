"""Pascal VOC: one XML file an image, its boxes in it.

Corners are read as they are written today (`xmin` is the left edge), or, with the option
`pixels: inclusive`, as the first challenge defined them (the first pixel is 1, the last belongs to
the box). Lists in `ImageSets/` give the splits.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from datasets.formats.base import (
    Format,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
)
from datasets.formats.boxes import Box, fit_box
from datasets.formats.files import short_key
from datasets.formats.items import BadItem
from datasets.formats.labels import Labeller, document, split_named
from datasets.formats.lookup import IMAGE_ENDINGS, FileIndex
from datasets.pure.problems import gettext_noop, shorten

TYPES = ("boxes",)
MAX_XML = 8 << 20
FLAGS = ("truncated", "difficult", "occluded")
SIDES = ("xmin", "ymin", "xmax", "ymax")


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield the image of each XML file with its boxes, then the images left over."""
    index = FileIndex(files)
    labeller = Labeller(options, types=TYPES, default="boxes")
    splits = _read_splits(files)
    for file in files:
        if not file.name.lower().endswith(".xml"):
            continue
        try:
            tree = parse_xml(file)
            image, key = _image_of(tree, file, index)
        except BadItem as bad:
            yield Refused(file.name, "", bad.problem)
            continue
        record = Record(file.name, key, "image", file=image)
        record.split = splits.get(PurePosixPath(key).stem, "")
        yield from _with_boxes(record, tree, options, labeller)
    for left in index.unused():
        yield Record(left.name, short_key(left.name), "image", file=left)
    yield labeller.found("image")


def parse_xml(file: SourceFile) -> Element:
    """Return the tree of a small XML file. Raises BadItem, also for any document type."""
    if file.path.stat().st_size > MAX_XML:
        raise BadItem("", "xml-too-large", gettext_noop("The XML file is larger than 8 MB."))
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(file.path.read_bytes(), True)
    except expat.ExpatError as error:
        raise BadItem(
            "",
            "not-xml",
            gettext_noop("This is not XML: line %(line)d, column %(column)d."),
            line=error.lineno,
            column=error.offset + 1,
        ) from error
    return builder.close()


def _refuse_doctype(*_declaration: object) -> None:
    raise BadItem(
        "",
        "doctype",
        gettext_noop("It declares a document type, which is not accepted. Remove the DOCTYPE."),
    )


def _image_of(tree: Element, file: SourceFile, index: FileIndex) -> tuple[SourceFile, str]:
    """Return the image that an annotation is about, and its key."""
    if tree.tag != "annotation":
        raise BadItem("", "not-voc", gettext_noop("This XML is no Pascal VOC annotation."))
    named = (tree.findtext("filename") or "").strip()
    stem = file.name.rpartition("/")[2].rpartition(".")[0]
    for name in (named, *(f"{stem}{ending}" for ending in IMAGE_ENDINGS)):
        image = index.find(name) if name else None
        if image is not None:
            return image, short_key(name)
    raise BadItem(
        "filename",
        "file-missing",
        gettext_noop("The image “%(name)s” did not come with it."),
        name=shorten(named or stem),
    )


def _with_boxes(
    record: Record, tree: Element, options: ReadOptions, labeller: Labeller
) -> Iterator[Read]:
    """Yield the boxes that do not fit, then the record with the others."""
    size = _size(tree)
    regions, incomplete = [], False
    for number, one in enumerate(tree.iter("object"), 1):
        try:
            box = fit_box(_box(one, options), size)
            region = labeller.box((one.findtext("name") or "").strip(), box)
        except BadItem as bad:
            incomplete = True
            yield Refused(f"{record.place}:object[{number}]", record.key, bad.problem)
            continue
        flags = {flag: one.findtext(flag) == "1" for flag in FLAGS}
        if attributes := labeller.attributes(flags):
            region["attributes"] = attributes
        regions.append(region)
    labeller.attach(record, document(regions), incomplete=incomplete)
    yield record


def _box(one: Element, options: ReadOptions) -> Box:
    if not (one.findtext("name") or "").strip():
        raise BadItem("name", "no-name", gettext_noop("The object has no name."))
    if one.find("bndbox") is None:
        raise BadItem("bndbox", "no-box", gettext_noop("The object has no box."))
    try:
        left, top, right, bottom = (float(one.findtext(f"bndbox/{side}") or "") for side in SIDES)
    except ValueError as error:
        raise BadItem(
            "bndbox", "bad-box", gettext_noop("The box is not made of four numbers.")
        ) from error
    if options.pixels == "inclusive":
        left, top = left - 1, top - 1
    return left, top, right - left, bottom - top


def _size(tree: Element) -> tuple[float, float] | None:
    """Return width and height if the file tells them."""
    try:
        width = float(tree.findtext("size/width") or 0)
        height = float(tree.findtext("size/height") or 0)
    except ValueError:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _read_splits(files: Sequence[SourceFile]) -> dict[str, str]:
    """Return the split of each image name that the lists in ImageSets/ mention."""
    splits: dict[str, str] = {}
    for file in files:
        name = PurePosixPath(file.name)
        split = split_named(name.stem)
        if "ImageSets" in name.parts and name.suffix == ".txt" and split:
            for line in file.path.read_text(errors="replace").splitlines():
                if line.strip():
                    splits[line.split()[0]] = split
    return splits


FORMAT = Format(
    name="voc",
    title=gettext_noop("Pascal VOC, boxes in XML files"),
    ending=".zip",
    media_type="application/zip",
    read=read,
    data_types=("image",),
)
