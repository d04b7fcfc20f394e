"""Finding the file that an annotation file talks about among those that came with it."""

import posixpath
from collections.abc import Iterable, Iterator

from datasets.formats.base import SourceFile

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
AUDIO_ENDINGS = (".wav", ".wave", ".flac", ".mp3", ".ogg", ".oga", ".opus")
VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".webm")
MEDIA_ENDINGS = IMAGE_ENDINGS + AUDIO_ENDINGS + VIDEO_ENDINGS

_ENDINGS = {"image": IMAGE_ENDINGS, "audio": AUDIO_ENDINGS, "video": VIDEO_ENDINGS}
SERIES_ENDINGS = (".csv", ".tsv", ".parquet")
"""Of a dataset of series; elsewhere a CSV is a table of items."""


def media_type_of(name: str) -> str:
    """Return the data type that a file's ending promises, or nothing; the bytes decide later.

    Examples
    --------
    >>> media_type_of("a/B.JPG"), media_type_of("x.flac"), media_type_of("x.txt")
    ('image', 'audio', '')
    """
    for data_type, endings in _ENDINGS.items():
        if name.lower().endswith(endings):
            return data_type
    return ""


class FileIndex:
    """Files by their name: the whole name first, then any unique tail of it."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._by_name = {file.name: file for file in files}
        self._by_base: dict[str, list[SourceFile]] = {}
        for file in self._by_name.values():
            self._by_base.setdefault(posixpath.basename(file.name), []).append(file)
        self._used: set[str] = set()

    def find(self, name: str) -> SourceFile | None:
        """Return the file that `name` means, or None if there is none or more than one."""
        wanted = name.replace("\\", "/").removeprefix("./")
        file = self._by_name.get(wanted)
        if file is None:
            same_base = self._by_base.get(posixpath.basename(wanted), [])
            tails = [one for one in same_base if one.name.endswith("/" + wanted)]
            candidates = tails or same_base
            if len(candidates) != 1:
                return None
            file = candidates[0]
        self._used.add(file.name)
        return file

    def unused(self, endings: tuple[str, ...] = IMAGE_ENDINGS) -> Iterator[SourceFile]:
        """Yield the images, or other files, that nothing has asked for, in their order."""
        for file in self._by_name.values():
            if file.name not in self._used and file.name.lower().endswith(endings):
                yield file
