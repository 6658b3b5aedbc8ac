"""The tensors of a folder of safetensors, and their bytes in the types of GGUF files, piece by piece."""

import concurrent.futures
import json
import math
import os
import pathlib

import gguf_blocks
import llava_layouts
import numpy as np
import safetensors_files

ELEMENTS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
# Numbers that are converted at once; more leave the processor's caches.
PIECE = 1 << 17


def json_object(path):
    if not path.is_file():
        raise ValueError(f"{path.name} is not there")
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is no JSON object")
    return content


def of_file(path):
    """The tensors of a safetensors file by name, all of whose bytes are there."""
    if not path.is_file():
        raise ValueError(f"{path.name} is not there")
    if not safetensors_files.is_one(path):
        raise ValueError(f"{path.name} is no safetensors file")
    tensors, length = safetensors_files.read(path), path.stat().st_size
    for name, tensor in tensors.items():
        taken = tensor.end - tensor.begin
        if tensor.end > length or taken != safetensors_files.size(tensor):
            raise ValueError(f"{path.name} is damaged or broken off at {name}")
    return tensors


def of_folder(folder):
    """Those of all shards, and of a tower in a folder of its own."""
    index = folder / "model.safetensors.index.json"
    names = ["model.safetensors"]
    if index.is_file():
        names = sorted({str(name) for name in json_object(index)["weight_map"].values()})
    found = {}
    for name in names:
        if pathlib.PurePath(name).name != name:
            raise ValueError(f"{index.name} leads out of the folder, to {name}")
        found |= of_file(folder / name)
    tower = folder / "vision_tower/model.safetensors"
    return found | (of_file(tower) if tower.exists() else {})


def front_of(tensors, candidates, name):
    """The first layout in which there is a tensor of this name."""
    for candidate in candidates:
        if (candidate if isinstance(candidate, str) else candidate[0]) + name in tensors:
            return candidate
    raise ValueError(f"no tensor's name ends with {name} in a layout that is known")


def checked(tensors, source, shape):
    """The tensor of this name, which must have this shape."""
    if source not in tensors:
        raise ValueError(f"the tensor {source} is missing")
    tensor = tensors[source]
    if tensor.shape != shape:
        raise ValueError(f"{source} is {list(tensor.shape)}, not {list(shape)}")
    if tensor.dtype not in ELEMENTS:
        raise ValueError(f"{source} is of type {tensor.dtype}")
    return tensor


def numbers(source, elements):
    """Elements as they lie in a file, in float32; brain floats are the upper halves of those."""
    if elements.dtype == np.uint16:
        found = (elements.astype(np.uint32) << 16).view(np.float32)
    else:
        found = elements.astype(np.float32)
    if not np.abs(found).max() <= gguf_blocks.LARGEST:
        raise ValueError(f"{source} has a number that is none or beyond {gguf_blocks.LARGEST}")
    return found


def pieces(source, tensor, kind, heads=0):
    """The bytes of a tensor in order, converted on all processors.

    - heads: of queries or keys, whose rows are permuted.
    """
    width = tensor.shape[-1]
    count = math.prod(tensor.shape) // width
    matrix = np.memmap(tensor.path, ELEMENTS[tensor.dtype], "r", tensor.begin, (count, width))
    order = np.arange(count)
    if heads:
        order = llava_layouts.permuted(order, heads)
    step = max(PIECE // width, 1)

    def piece(start):
        return gguf_blocks.packed(kind, numbers(source, matrix[order[start:start + step]]))

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield from pool.map(piece, range(0, count, step))
