#!/usr/bin/env python3
"""Writes an AutoDIR checkpoint of the official sizes with random parameters, in half precision.

    python tools/random-autodir.py OUT.safetensors

For timings and memory: a network with random parameters costs what a trained one does. The 3 GB are
drawn tensor by tensor from a fixed seed. Needs torch, transformers and safetensors.
"""

import argparse
import math
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel

sys.path.insert(0, str(pathlib.Path(__file__).parent / "restatements"))
import autodir_system as restatement  # noqa: E402


def network():
    """Without memory for its parameters."""
    with torch.device("meta"):
        clip = CLIPModel(CLIPConfig(
            text_config=dict(
                vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                num_attention_heads=12),
            vision_config=dict(
                hidden_size=1024, intermediate_size=4096, num_hidden_layers=24,
                num_attention_heads=16, image_size=224, patch_size=14),
            projection_dim=768))
        return restatement.AutoDIR(
            restatement.UNet(), restatement.Autoencoder(), clip, restatement.StructureCorrection())


def parameter(name, shape, generator):
    """Values that keep activations near unit size."""
    if name.endswith("logit_scale"):
        return torch.tensor(3.0)
    noise = torch.rand(shape, generator=generator) * 2 - 1
    if "embeddings." in name and "patch" not in name:
        return 0.7 * noise
    if name.endswith((".beta", ".gamma")):
        return 0.1 * noise
    if len(shape) > 1:
        return noise * math.sqrt(3 / math.prod(shape[1:]))
    return 1 + 0.2 * noise if name.endswith("weight") else 0.1 * noise


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    generator = torch.Generator().manual_seed(1)
    tensors = {
        name: parameter(name, tuple(value.shape), generator).half()
        for name, value in network().named_parameters()}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, arguments.out)
    print(f"{sum(value.numel() for value in tensors.values()):,} parameters")


if __name__ == "__main__":
    main()
