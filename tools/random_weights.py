"""Random weights of networks at full size, drawn without the networks being in memory: what comes
out restores nothing, and takes the time and the memory that the real ones take."""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.append(str(Path(__file__).parent / "fixtures"))
import pipelines  # noqa: E402

WORDS = 49408
SHARD_BYTES = 1 << 30


def values(name, shape, generator):
    noise = torch.randn(shape, generator=generator)
    if "norm" in name:
        noise = 0.2 * noise + (1 if name.endswith("weight") else 0)
    elif "embedding" in name and "time" not in name and "add" not in name:
        noise *= 0.5
    elif len(shape) < 2:
        noise *= 0.1
    else:
        noise /= max(math.prod(shape[1:]), 1) ** 0.5
    return noise.half()


def write(folder, model, generator):
    """Writes a model that is on the device `meta`, with its configuration: in half precision, and
    in shards where it is large."""
    folder.mkdir(parents=True)
    if hasattr(model, "save_config"):
        model.save_config(folder)
        stem = "diffusion_pytorch_model"
    else:
        stem = "model"
        if hasattr(model, "config"):
            model.config.architectures = [type(model).__name__]
            model.config.save_pretrained(folder)
    shards = [{}]
    for name, tensor in model.state_dict().items():
        if sum(2 * math.prod(shape) for shape in shards[-1].values()) > SHARD_BYTES:
            shards.append({})
        if tensor.is_floating_point():
            shards[-1][name] = tuple(tensor.shape)
    index = {}
    for number, shard in enumerate(shards, 1):
        part = "" if len(shards) == 1 else f"-{number:05}-of-{len(shards):05}"
        file = f"{stem}{part}.safetensors"
        save_file(
            {name: values(name, shape, generator) for name, shape in shard.items()}, folder / file)
        index |= {name: file for name in shard}
    if len(shards) > 1:
        (folder / f"{stem}.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    count = sum(math.prod(shape) for shard in shards for shape in shard.values())
    print(f"{folder}: {count:,} parameters", flush=True)


def write_tokenizer(folder, padding):
    """A made-up vocabulary of CLIP's size: letters, and as many pairs as there is room for."""
    letters = [token for token in pipelines.vocabulary() if len(token) == 1]
    pairs = [(first, second + "</w>") for first in letters for second in letters]
    merges, pipelines.MERGES[:] = list(pipelines.MERGES), pairs[:WORDS - 2 - 2 * len(letters)]
    assert len(pipelines.vocabulary()) == WORDS
    pipelines.write_tokenizer(folder, padding)
    pipelines.MERGES[:] = merges
