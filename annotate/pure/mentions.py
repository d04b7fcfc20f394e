"""Names in a text that somebody is called by: "@Rui, is this a wren?"."""

from collections.abc import Iterable

MARK = "@"
MOST_MENTIONS = 20


def find_mentions(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that follow an @ in a text, in the order of their first place.

    Names may hold spaces; of two that fit, the longer is meant ("@Ana Duarte", not "@Ana"). An
    @ inside a word (an address of mail) calls nobody, nor does a name that goes on.
    """
    by_length = sorted(set(filter(None, names)), key=lambda name: (-len(name), name))
    folded = text.casefold()
    if len(folded) != len(text):  # letters that fold into two would shift every place
        folded = text
    found: dict[str, None] = {}
    at = text.find(MARK)
    while at >= 0 and len(found) < MOST_MENTIONS:
        if at == 0 or not text[at - 1].isalnum():
            name = next((one for one in by_length if _stands_at(folded, text, at + 1, one)), None)
            if name is not None:
                found.setdefault(name)
        at = text.find(MARK, at + 1)
    return list(found)


def _stands_at(folded: str, text: str, start: int, name: str) -> bool:
    end = start + len(name)
    alike = text[start:end] == name or folded[start:end] == name.casefold()
    return alike and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_")
