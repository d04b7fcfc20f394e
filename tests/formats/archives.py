"""ZIP files made for the tests: honest ones and hostile ones."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping

from tests.data_types.pictures import as_bytes, corners

PICTURE = as_bytes(corners(), "PNG")


def packed(
    contents: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, mode: int = 0
) -> bytes:
    """A ZIP with these members, whatever their names are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            info = zipfile.ZipInfo("x" * len(name))
            info.compress_type = method
            info.external_attr = mode << 16
            # Set behind the constructor's back, which mends what it does not like.
            info.filename = name
            archive.writestr(info, content)
    return out.getvalue()


def bomb(megabytes: int = 200) -> bytes:
    """A ZIP a thousandth the size of what comes out."""
    return packed({"zeros.txt": bytes(megabytes << 20)})


def link(target: str = "/etc/passwd") -> bytes:
    """A ZIP that holds a symbolic link."""
    return packed({"innocent.jpg": target.encode()}, mode=stat.S_IFLNK | 0o777)


def lying_size(content: bytes) -> bytes:
    """A ZIP whose headers say that its member is ten bytes long."""
    data = packed({"a.txt": content})
    return data.replace(struct.pack("<L", len(content)), struct.pack("<L", 10))


def flipped_bit(content: bytes) -> bytes:
    """A ZIP whose member does not match its check sum."""
    data = bytearray(packed({"a.txt": content}, method=zipfile.ZIP_STORED))
    data[data.index(content)] ^= 1
    return bytes(data)


def overlapping(count: int = 500, megabytes: int = 4) -> bytes:
    """A ZIP in which many entries share the same packed bytes, so that each looks harmless."""
    content = bytes(megabytes << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = packer.compress(content) + packer.flush()
    check, name = zlib.crc32(content), b"a.txt"
    local = struct.pack(
        "<4sHHHHHLLLHH", b"PK\3\4", 20, 0, 8, 0, 33, check, len(squeezed), len(content), 5, 0
    )
    body = local + name + squeezed
    directory = b"".join(
        struct.pack(
            "<4sHHHHHHLLLHHHHHLL",
            b"PK\1\2",
            *(20, 20, 0, 8, 0, 33, check, len(squeezed), len(content), 9, 0, 0, 0, 0, 0, 0),
        )
        + b"%05d.txt" % number
        for number in range(count)
    )
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end
