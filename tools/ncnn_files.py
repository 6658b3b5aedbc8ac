"""Reads the networks of ncnn, a `.param` file and the `.bin` beside it, as PyTorch names them.

Layers of ncnn have names of their own or those of ONNX. What a parameter is called in PyTorch is
told by ONNX's names where a network has them, and otherwise by the order of the layers, which is
that of the code that the network comes from.
"""

import array
import pathlib
import re
import struct

import safetensors_files

MAGIC = "7767517"
# The tag before weights that are stored as halves; 0 stands for singles.
HALVES = 0x01306B47
# How many factors a layer has that multiplies with what another one makes.
BY_A_LAYER = "-233"
LARGEST = 1 << 28
# What SPAN takes away from colours and multiplies them with, where it does either.
SPAN_MEANS, SPAN_RANGE = array.array("f", [0.4488, 0.4371, 0.4040]).tobytes(), 255
NAMED = re.compile(r"/(.+)/(?:Conv|ConvTranspose|Gemm)$")


class Unreadable(Exception):
    """Why a file is no network that can be read; one line."""


class Held:
    """A tensor in memory."""

    def __init__(self, dtype, shape, content):
        self.dtype, self.shape, self.content = dtype, tuple(shape), content

    def bytes(self):
        return self.content


class Layer:
    """A line of the `.param` file."""

    def __init__(self, line):
        try:
            self.kind, self.name, read, made, *rest = line.split()
            count = int(read) + int(made)
            self.options = dict(word.split("=", 1) for word in rest[count:])
        except ValueError:
            raise Unreadable(f"a line is no layer: {line[:60]}")

    def number(self, key, default=0):
        try:
            value = int(self.options.get(key, default))
        except ValueError:
            raise Unreadable(f"{self.name}: {key} is no whole number")
        if not 0 <= value <= LARGEST:
            raise Unreadable(f"{self.name}: {key} is {value}")
        return value


class Reader:
    """The `.bin` file from front to back."""

    def __init__(self, path):
        self.content, self.place = path.read_bytes(), 0

    def take(self, count):
        part = self.content[self.place:self.place + count]
        if len(part) != count:
            raise Unreadable("the .bin file ends early")
        self.place += count
        return part

    def weights(self, shape):
        count = 1
        for extent in shape:
            count *= extent
        tag, = struct.unpack("<I", self.take(4))
        if tag == HALVES:
            content = self.take(2 * count)
            self.take(-2 * count % 4)
            return Held("F16", shape, content)
        if tag:
            raise Unreadable(f"weights of the unknown kind {tag:#x}")
        return self.singles(shape, count)

    def singles(self, shape, count=None):
        return Held(
            safetensors_files.SINGLE, shape, self.take(4 * (shape[0] if count is None else count)))


def convolution(layer, reader):
    """Also a transposed one, whose filters lie here by what they make and in PyTorch by what they
    read."""
    out, kernel = layer.number("0"), layer.number("1")
    height, count = layer.number("11", kernel), layer.number("6")
    area = kernel * height * out
    if not area or count % area:
        raise Unreadable(f"{layer.name}: {count} weights do not fit {out} filters")
    weight = reader.weights((out, count // area, height, kernel))
    tensors = {"weight": transposed(weight) if layer.kind == "Deconvolution" else weight}
    if layer.number("5"):
        tensors["bias"] = reader.singles((out,))
    return tensors


def transposed(tensor):
    """With its first two axes exchanged."""
    rows, columns, *_ = tensor.shape
    size = len(tensor.content) // (rows * columns)
    parts = [tensor.content[place:place + size]
             for place in range(0, len(tensor.content), size)]
    content = b"".join(parts[row * columns + column]
                       for column in range(columns) for row in range(rows))
    return Held(tensor.dtype, (columns, rows, *tensor.shape[2:]), content)


def pointwise(layer, reader):
    """A layer of vectors, as the convolution that it is in PyTorch."""
    out, count = layer.number("0"), layer.number("2")
    if not out or count % out:
        raise Unreadable(f"{layer.name}: {count} weights do not fit {out} features")
    tensors = {"weight": reader.weights((out, count // out, 1, 1))}
    if layer.number("1"):
        tensors["bias"] = reader.singles((out,))
    return tensors


def tensors_of(layer, reader):
    """The parameters of a layer; none of those that have none."""
    if layer.kind in ["Convolution", "Deconvolution"]:
        return convolution(layer, reader)
    if layer.kind == "InnerProduct":
        return pointwise(layer, reader)
    if layer.kind == "PReLU":
        return {"weight": reader.singles((layer.number("0"),))}
    if layer.kind == "MemoryData":
        extents = [layer.number(key) or 1 for key in ["2", "1", "0"]]
        reader.singles(extents, extents[0] * extents[1] * extents[2])
        return {}
    if layer.kind == "Scale" and layer.options.get("0") == BY_A_LAYER:
        return {}
    if any(key in layer.options for key in ["6"]) or layer.kind in ["BatchNorm", "Scale"]:
        raise Unreadable(f"layers of the kind {layer.kind} are not read")
    return {}


def from_onnx(name):
    """`upsampler.0` for `/upsampler/upsampler.0/Conv`."""
    whole = []
    for part in NAMED.match(name)[1].split("/"):
        if whole and part.startswith(whole[-1] + "."):
            whole.pop()
        whole.append(part)
    return ".".join(whole)


def rrdb(count, layers):
    """Real-ESRGAN's names of the convolutions of an RRDBNet."""
    doublings = sum(layer.kind == "Interp" for layer in layers)
    blocks, rest = divmod(count - 4 - doublings, 15)
    if rest or blocks < 1:
        raise Unreadable(f"{count} convolutions are no RRDBNet")
    return (
        ["conv_first"]
        + [f"body.{block}.rdb{dense}.conv{layer}" for block in range(blocks)
           for dense in range(1, 4) for layer in range(1, 6)]
        + ["conv_body"] + [f"conv_up{number + 1}" for number in range(doublings)]
        + ["conv_hr", "conv_last"])


def cunet(owners):
    """Real-CUGAN's names, which are waifu2x's too."""
    squeezes = any(layer.kind == "InnerProduct" for layer in owners)

    def pair(name, squeezed=True):
        modules = ["conv.0", "conv.2"]
        if squeezed and squeezes:
            modules += ["seblock.conv1", "seblock.conv2"]
        return [f"{name}.{module}" for module in modules]

    first = (pair("conv1", False) + ["conv1_down"] + pair("conv2")
             + ["conv2_up", "conv3", "conv_bottom"])
    second = (pair("conv1", False) + ["conv1_down"] + pair("conv2") + ["conv2_down"]
              + pair("conv3") + ["conv3_up"] + pair("conv4") + ["conv4_up", "conv5", "conv_bottom"])
    found = [f"unet1.{name}" for name in first] + [f"unet2.{name}" for name in second]
    found += ["conv_final"] * (len(owners) == len(found) + 1)
    if len(owners) != len(found):
        raise Unreadable(f"{len(owners)} layers are no CUNet")
    return found


def numbered(name, count):
    """Of layers that take turns with functions without parameters."""
    return [f"{name}.{2 * index}" for index in range(count)]


def names(layers, owners):
    """What the layers with parameters are called."""
    kinds = {layer.kind for layer in layers}
    if all(NAMED.match(layer.name) for layer in owners):
        return [from_onnx(layer.name) for layer in owners]
    if "PReLU" in kinds:
        return [f"body.{index}" for index in range(len(owners))]
    if "Crop" in kinds:
        return cunet(owners)
    if kinds == {"Input", "Convolution", "PixelShuffle"}:
        return numbered("model", len(owners))
    if kinds <= {"Input", "Convolution", "Deconvolution"}:
        return numbered("net", len(owners))
    if {"Concat", "Interp"} <= kinds:
        return rrdb(len(owners), layers)
    raise Unreadable("layers without names, of no network that is known")


def read(path):
    """The parameters of a network by PyTorch's names."""
    path = pathlib.Path(path)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not is_one(path):
        raise Unreadable("it is no network of ncnn")
    layers = [Layer(line) for line in lines[2:] if line.strip()]
    reader = Reader(path.with_suffix(".bin"))
    owned = [(layer, tensors) for layer in layers if (tensors := tensors_of(layer, reader))]
    if reader.place != len(reader.content):
        raise Unreadable("the .bin file is longer than the layers")
    found = {
        f"{name}.{parameter}": tensor
        for name, (_, tensors) in zip(names(layers, [layer for layer, _ in owned]), owned)
        for parameter, tensor in tensors.items()}
    return found | span_norm(layers, reader) if "conv_1.eval_conv.weight" in found else found


def span_norm(layers, reader):
    """What PyTorch has in a SPAN that takes no mean colour away; its mean has no parameter."""
    if all(layer.kind != "MemoryData" for layer in layers):
        return {"no_norm": Held(safetensors_files.SINGLE, (1,), bytes(4))}
    factors = [float(layer.options.get("2", 0)) for layer in layers if layer.name == "/Mul"]
    if not reader.content.startswith(SPAN_MEANS) or factors != [SPAN_RANGE]:
        raise Unreadable("its mean colour or range is not that of the official SPAN")
    return {}


def is_one(path):
    """Whether the file begins as one."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC.encode()
