"""Reads and writes safetensors files tensor by tensor."""

import array
import json
import math
import struct

SINGLE, DOUBLE = "F32", "F64"


class Stored:
    """A tensor in a safetensors file."""

    def __init__(self, path, dtype, shape, begin, end):
        self.path, self.dtype, self.shape, self.begin, self.end = path, dtype, shape, begin, end

    def bytes(self):
        with open(self.path, "rb") as file:
            file.seek(self.begin)
            return file.read(self.end - self.begin)


def is_one(path):
    """Whether the file begins as one."""
    with open(path, "rb") as file:
        head = file.read(9)
    return len(head) == 9 and head[8:] == b"{" and 2 <= struct.unpack("<Q", head[:8])[0] <= 64 << 20


def read(path):
    """The tensors of a file by name."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return {
        name: Stored(path, value["dtype"], tuple(value["shape"]),
                     *(8 + length + offset for offset in value["data_offsets"]))
        for name, value in header.items() if name != "__metadata__"}


def size(tensor):
    return width(tensor) * math.prod(tensor.shape) // 8


def width(tensor):
    """Of an element, in bits."""
    return next((bits for bits in [64, 32, 16] if tensor.dtype.endswith(str(bits))), 8)


class Rounded:
    """A tensor of double precision, in single."""

    dtype = SINGLE

    def __init__(self, tensor):
        self.tensor, self.shape = tensor, tensor.shape

    def bytes(self):
        return array.array("f", array.array("d", bytes(self.tensor.bytes()))).tobytes()


def write(path, tensors):
    """Writes tensors by name; those of double precision in single."""
    tensors = {
        name: Rounded(tensor) if tensor.dtype == DOUBLE else tensor
        for name, tensor in tensors.items()}
    header, place = {}, 0
    # Wide elements first, so that each is aligned.
    order = sorted(tensors, key=lambda name: (-width(tensors[name]), name))
    for name in order:
        end = place + size(tensors[name])
        header[name] = {
            "dtype": tensors[name].dtype, "shape": list(tensors[name].shape),
            "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            file.write(tensors[name].bytes())

