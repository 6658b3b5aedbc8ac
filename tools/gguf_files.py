"""Writes GGUF files of version 3 tensor by tensor."""

import math
import struct
from dataclasses import dataclass
from typing import Callable, Iterator

from gguf_blocks import TYPES, size

ALIGNMENT = 32
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9


@dataclass
class Entry:
    """A tensor to be written; its pieces are its bytes, in order."""

    name: str
    kind: str
    shape: tuple
    pieces: Callable[[], Iterator]

    @property
    def size(self):
        return size(self.kind, math.prod(self.shape))


def string(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data)) + data


def element(value):
    """The number of a value's type, and its bytes."""
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, int):
        return UINT32, struct.pack("<I", value)
    if isinstance(value, float):
        return FLOAT32, struct.pack("<f", value)
    return STRING, string(value)


def value(content):
    """The type and the bytes of a value; whole numbers in arrays have a sign, as others write them."""
    if not isinstance(content, list):
        kind, data = element(content)
        return struct.pack("<I", kind) + data
    if isinstance(content[0], int):
        kind, data = INT32, struct.pack(f"<{len(content)}i", *content)
    else:
        kind, data = element(content[0])[0], b"".join(element(part)[1] for part in content)
    return struct.pack("<IIQ", ARRAY, kind, len(content)) + data


def padding(place):
    return -place % ALIGNMENT


def header(metadata, entries):
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(entries), len(metadata))]
    parts += [string(key) + value(content) for key, content in metadata.items()]
    place = 0
    for entry in entries:
        extents = entry.shape[::-1]
        parts.append(string(entry.name) + struct.pack(
            f"<I{len(extents)}QIQ", len(extents), *extents, TYPES[entry.kind][0], place))
        place += entry.size + padding(entry.size)
    text = b"".join(parts)
    return text + bytes(padding(len(text)))


def write(path, metadata, entries, told=lambda name, count: None):
    """Writes a file, a piece at a time. What is told are the tensor's name and the bytes of a piece."""
    with open(path, "wb") as file:
        file.write(header(metadata, entries))
        for entry in entries:
            written = 0
            for piece in entry.pieces():
                file.write(piece)
                written += len(piece)
                told(entry.name, len(piece))
            if written != entry.size:
                raise ValueError(f"{entry.name} has {written} bytes, not {entry.size}")
            file.write(bytes(padding(entry.size)))
