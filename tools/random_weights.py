"""Random weights of networks at full size, drawn without the networks being in memory: what comes
out restores nothing, and takes the time and the memory that the real ones take."""

import json
import math
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

TOOLS = Path(__file__).resolve().parent
sys.path.append(str(TOOLS / "fixtures"))
import pipelines  # noqa: E402

WORDS = 49408
SHARD_BYTES = 1 << 30


def values(name, shape, generator):
    """Values that keep activations near unit size, in half precision."""
    if not shape:
        return torch.tensor(3.0).half()
    noise = torch.randn(shape, generator=generator)
    if len(shape) < 2 and name.endswith("weight"):
        noise = 1 + 0.2 * noise
    elif len(shape) < 2 or name.endswith((".beta", ".gamma")):
        noise *= 0.1
    elif "embedding" in name and "patch" not in name and "time" not in name and "add" not in name:
        noise *= 0.5
    else:
        noise /= max(math.prod(shape[1:]), 1) ** 0.5
    return noise.half()


def shapes(model):
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()
            if tensor.is_floating_point()}


def write_tensors(folder, shapes, generator, stem="model"):
    """In shards where they are large."""
    folder.mkdir(parents=True, exist_ok=True)
    shards = [{}]
    for name, shape in shapes.items():
        if sum(2 * math.prod(shape) for shape in shards[-1].values()) > SHARD_BYTES:
            shards.append({})
        shards[-1][name] = shape
    index = {}
    for number, shard in enumerate(shards, 1):
        part = "" if len(shards) == 1 else f"-{number:05}-of-{len(shards):05}"
        file = f"{stem}{part}.safetensors"
        save_file(
            {name: values(name, shape, generator) for name, shape in shard.items()}, folder / file)
        index |= {name: file for name in shard}
    if len(shards) > 1:
        (folder / f"{stem}.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    count = sum(math.prod(shape) for shape in shapes.values())
    print(f"{folder}: {count:,} parameters", flush=True)


def write(folder, model, generator):
    """Writes a model that is on the device `meta`, with its configuration."""
    is_diffusers = hasattr(model, "save_config")
    stem = "diffusion_pytorch_model" if is_diffusers else "model"
    write_tensors(folder, shapes(model), generator, stem)
    if is_diffusers:
        model.save_config(folder)
    elif hasattr(model, "config"):
        model.config.architectures = [type(model).__name__]
        model.config.save_pretrained(folder)


def write_tokenizer(folder, padding):
    """A made-up vocabulary of CLIP's size: letters, and as many pairs as there is room for."""
    letters = [token for token in pipelines.vocabulary() if len(token) == 1]
    pairs = [(first, second + "</w>") for first in letters for second in letters]
    merges, pipelines.MERGES[:] = list(pipelines.MERGES), pairs[:WORDS - 2 - 2 * len(letters)]
    assert len(pipelines.vocabulary()) == WORDS
    pipelines.write_tokenizer(folder, padding)
    pipelines.MERGES[:] = merges


def bundle(folder, pipeline, *parts):
    subprocess.run(
        [sys.executable, TOOLS / "bundle", folder, "--pipeline", pipeline, *parts], check=True)
