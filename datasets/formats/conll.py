"""CoNLL: a token and its tag a line, a blank line after each sentence, tags in IOB2.

Read: the item's text is its tokens with single blanks between; the first column is the token, the
last one the tag. IOB1, IOBES and BILOU are understood, too.

Written: the text is cut at white space. A span that begins or ends inside a token takes in the
whole token, and where spans overlap the first one stays; both are in the loss report.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, TextIO

from datasets.formats.base import (
    MAX_TEXT_BYTES,
    Entry,
    Format,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
    WriteOptions,
    WriteReport,
)
from datasets.formats.decoding import not_in, open_text
from datasets.formats.files import short_key
from datasets.formats.items import BadItem
from datasets.formats.labels import Labeller, document
from datasets.formats.truths import lose_opinions, questions, truth_regions
from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.text_rules import check_text

ENDINGS = (".conll", ".iob", ".iob2", ".bio", ".tsv", ".txt", ".annotated")
TAG = re.compile(r"O|[BIESLU]-\S.*")
TOKEN = re.compile(r"\S+")
DOCUMENT_START = "-DOCSTART-"


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield an item a sentence, with the spans that its tags mark."""
    labeller = Labeller(options, types=("spans",), default="entities")
    warnings: list[Problem] = []
    for file in files:
        if not file.name.lower().endswith(ENDINGS):
            continue
        try:
            with open_text(file.path, options.encoding, warnings) as lines:
                yield from _read_file(lines, file.name, labeller)
        except UnicodeDecodeError as error:
            yield Refused(file.name, "", not_in(options.encoding, error).problem)
    found = labeller.found("text")
    found.warnings += warnings
    yield found


def _read_file(lines: TextIO, name: str, labeller: Labeller) -> Iterator[Read]:
    for first_line, sentence in _sentences(lines):
        place = f"{name}:{first_line}"
        try:
            yield _record(place, sentence, labeller)
        except BadItem as bad:
            at = f"{name}:{first_line + int(bad.problem.at or 0)}"
            yield Refused(at, "", bad.problem._replace(at=""))


def _sentences(lines: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of each sentence with the number of the first."""
    sentence: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith(DOCUMENT_START):
            if not sentence:
                first = number
            sentence.append(line.rstrip("\r\n"))
        elif sentence:
            yield first, sentence
            sentence = []
    if sentence:
        yield first, sentence


def _record(place: str, sentence: list[str], labeller: Labeller) -> Record:
    """Return the item of one sentence. Raises BadItem; its place counts lines from the first."""
    tokens, tags = [], []
    for number, line in enumerate(sentence):
        columns = line.split("\t") if "\t" in line else line.split(" ")
        token, tag = columns[0].strip(), columns[-1].strip()
        if len(columns) < 2 or not token or TAG.fullmatch(tag) is None:
            raise BadItem(
                str(number),
                "bad-tag",
                gettext_noop("The line “%(line)s” is not a token and an IOB tag."),
                line=shorten(line),
            )
        tokens.append(token)
        tags.append(tag)
    text = " ".join(tokens)
    _check(text)
    regions = [labeller.span(label, start, end) for label, start, end in _spans(tokens, tags)]
    record = Record(place, short_key(place), "text", text=text)
    labeller.attach(record, document(regions))
    return record


def _check(text: str) -> None:
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES:
        raise BadItem("0", "text-too-long", gettext_noop("The sentence is longer than 1 MB."))
    found = check_text(text)
    if found is not None:
        raise BadItem("0", found.code, gettext_noop("The sentence holds NUL, which it may not."))


def _spans(tokens: list[str], tags: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield label, start and end of what the tags mark, in code points of the joined text.

    A tag that goes on with another label, or with none before it, begins a new span.
    """
    label, start, end, place = "", 0, 0, 0
    for token, tag in zip(tokens, tags, strict=True):
        mark, _, name = tag.partition("-")
        if label and (mark in "OBSU" or name != label):
            yield label, start, end
            label = ""
        if mark != "O":
            if not label:
                label, start = name, place
            end = place + len(token)
            if mark in "ESLU":
                yield label, start, end
                label = ""
        place += len(token) + 1
    if label:
        yield label, start, end


def looks_like_conll(head: str) -> bool:
    """Whether the first lines are tokens with IOB tags, at least one of them inside a span."""
    lines = [line for line in head.split("\n")[:-1][:500] if line.strip()]
    tags = [re.split(r"[\t ]", line.rstrip())[-1] for line in lines]
    columns = [len(re.split(r"[\t ]", line.rstrip())) for line in lines]
    fits = all(TAG.fullmatch(tag) for tag in tags) and all(count > 1 for count in columns)
    return fits and any(tag != "O" for tag in tags)


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write token, TAB, tag; a blank line after each item."""
    report = WriteReport()
    question = next(questions(options, "spans"), None)
    for entry in entries:
        if entry.text is None:
            report.lose(entry.key, "not-a-text", gettext_noop("CoNLL holds texts only."))
            continue
        report.entries += 1
        lose_opinions(entry, report)
        spans = [
            region
            for region in truth_regions(entry, options, report)
            if _goes_out(entry, region, question, report)
        ]
        tokens = [(match.group(), *match.span()) for match in TOKEN.finditer(entry.text)]
        if " ".join(token for token, _, _ in tokens) != entry.text:
            report.lose(
                entry.key,
                "white-space",
                gettext_noop("White space other than single blanks between words is lost."),
            )
        tags = _tags(entry, tokens, spans, report)
        lines = (f"{token}\t{tag}\n" for (token, _, _), tag in zip(tokens, tags, strict=True))
        out.write(("".join(lines) + "\n").encode())
    return report


def _goes_out(
    entry: Entry,
    region: Mapping[str, Any],
    question: Mapping[str, Any] | None,
    report: WriteReport,
) -> bool:
    if region["kind"] == "span" and (question is None or region["question"] == question["name"]):
        return True
    report.lose(
        entry.key, "other-answers", gettext_noop("CoNLL carries the spans of one question only.")
    )
    return False


def _tags(
    entry: Entry,
    tokens: Sequence[tuple[str, int, int]],
    spans: Iterable[Mapping[str, Any]],
    report: WriteReport,
) -> list[str]:
    """Return one tag a token; what does not fit is counted as lost."""
    tags = ["O"] * len(tokens)
    for span in sorted(spans, key=lambda one: (one["at"]["start"], -one["at"]["end"])):
        start, end = span["at"]["start"], span["at"]["end"]
        inside = [n for n, (_, left, right) in enumerate(tokens) if left < end and right > start]
        if not inside or any(tags[number] != "O" for number in inside):
            report.lose(
                entry.key,
                "overlapping-spans",
                gettext_noop("Of spans that overlap, only the first goes out."),
            )
            continue
        if (tokens[inside[0]][1], tokens[inside[-1]][2]) != (start, end):
            report.lose(
                entry.key,
                "widened-spans",
                gettext_noop("A span that cuts a word was widened to the whole word."),
            )
        for number in inside:
            tags[number] = f"{'B' if number == inside[0] else 'I'}-{span['label']}"
    return tags


FORMAT = Format(
    name="conll",
    title=gettext_noop("CoNLL, tokens with IOB2 tags"),
    ending=".conll",
    media_type="text/plain",
    read=read,
    write=write,
    carries=("spans",),
    data_types=("text",),
)
