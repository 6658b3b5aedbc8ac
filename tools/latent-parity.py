#!/usr/bin/env python3
"""Compares full-size latent networks with diffusers and transformers, one forward with random
weights each.

    python tools/latent-parity.py NETWORK [--size N] [--folder FOLDER] [--limpid COMMAND]

NETWORK is one of unet-sd15, unet-sd21, unet-sdxl, controlnet, vae, and of CLIP's towers clip-l-text,
clip-l-vision, clip-h-text and clip-h-vision; N is the side of the latent. The network is written
into FOLDER as those libraries would write it, in half precision, with `inputs` and `expected`
(.safetensors), computed by them in single precision from the weights as stored. Then
`limpid parity` reads the folder, in a process of its own. A folder that is complete is used again.
"""

import argparse
import json
import math
import pathlib
import resource
import shlex
import subprocess
import sys
import time

import torch
from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPVisionConfig, CLIPVisionModel

sys.path.insert(0, str(pathlib.Path(__file__).parent / "fixtures"))
import latent  # noqa: E402

SD21 = dict(attention_head_dim=[5, 10, 20, 20], cross_attention_dim=1024,
            use_linear_projection=True)
SDXL = dict(
    block_out_channels=[320, 640, 1280], attention_head_dim=[5, 10, 20],
    down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    transformer_layers_per_block=[1, 2, 10], cross_attention_dim=2048, use_linear_projection=True,
    addition_embed_type="text_time", addition_time_embed_dim=256,
    projection_class_embeddings_input_dim=2816)
NETWORKS = {
    "unet-sd15": (UNet2DConditionModel, dict(attention_head_dim=8, cross_attention_dim=768)),
    "unet-sd21": (UNet2DConditionModel, SD21),
    "unet-sdxl": (UNet2DConditionModel, SDXL),
    "controlnet": (ControlNetModel, dict(attention_head_dim=8, cross_attention_dim=768)),
    "vae": (AutoencoderKL, dict(
        block_out_channels=[128, 256, 512, 512], layers_per_block=2,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4)),
    "clip-l-text": (CLIPTextModel, dict(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        hidden_act="quick_gelu", eos_token_id=49407)),
    "clip-l-vision": (CLIPVisionModel, dict(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16,
        patch_size=14, hidden_act="quick_gelu")),
    "clip-h-text": (CLIPTextModel, dict(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16,
        hidden_act="gelu", eos_token_id=49407)),
    "clip-h-vision": (CLIPVisionModel, dict(
        hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=16,
        patch_size=14, hidden_act="gelu")),
}
CONFIGURATIONS = {CLIPTextModel: CLIPTextConfig, CLIPVisionModel: CLIPVisionConfig}


def tower(model, inputs):
    result = model(**inputs, output_hidden_states=True)
    states = {"last_hidden_state": result.last_hidden_state, "pooler_output": result.pooler_output}
    if isinstance(model, CLIPTextModel):
        states["penultimate_hidden_state"] = result.hidden_states[-2]
    return states


RUNS = {UNet2DConditionModel: latent.unet, ControlNetModel: latent.controlnet,
        AutoencoderKL: latent.autoencoder, CLIPTextModel: tower, CLIPVisionModel: tower}


@torch.no_grad()
def randomize(model, generator):
    """As the small fixtures, in place and in single precision."""
    for name, parameter in model.named_parameters():
        parameter.normal_(generator=generator)
        if "norm" in name or "layrnorm" in name:
            parameter.mul_(0.2)
            if name.endswith("weight"):
                parameter.add_(1)
        elif "embedding.weight" in name and "patch" not in name:
            parameter.mul_(0.7)
        else:
            parameter.mul_(0.1 if parameter.dim() == 1 else parameter[0].numel() ** -0.5)
        parameter.copy_(parameter.half().float())


def shapes(kind, size):
    if kind is AutoencoderKL:
        return {"image": (1, 3, 8 * size, 8 * size), "latent": (1, 4, size, size)}
    shapes = {"sample": (1, 4, size, size)}
    if kind is ControlNetModel:
        shapes["controlnet_cond"] = (1, 3, 8 * size, 8 * size)
    return shapes


def inputs(kind, options, size, generator):
    if kind is CLIPTextModel:
        ids = torch.randint(1, 49000, (2, 77), generator=generator)
        ids[:, 0], ids[0, 20:], ids[1, 76:] = 49406, 49407, 49407
        return {"input_ids": ids}
    if kind is CLIPVisionModel:
        return {"pixel_values": torch.randn(1, 3, 224, 224, generator=generator)}
    values = {name: torch.randn(shape, generator=generator)
              for name, shape in shapes(kind, size).items()}
    if kind is AutoencoderKL:
        return values
    values["timestep"] = torch.tensor([541.0])
    values["encoder_hidden_states"] = torch.randn(
        1, 77, options["cross_attention_dim"], generator=generator)
    if kind is ControlNetModel:
        values["conditioning_scale"] = torch.tensor(0.8)
    if "addition_embed_type" in options:
        values["text_embeds"] = torch.randn(1, 1280, generator=generator)
        values["time_ids"] = torch.tensor([[1024.0, 1024, 0, 0, 1024, 1024]])
    return values


def write(folder, kind, options, size):
    generator = torch.Generator().manual_seed(1)
    model = (
        kind(CONFIGURATIONS[kind](**options)) if kind in CONFIGURATIONS else kind(**options)).eval()
    randomize(model, generator)
    values = inputs(kind, options, size, generator)
    with torch.no_grad():
        began = time.time()
        outputs = RUNS[kind](model, values)
    print(f"PyTorch: {time.time() - began:.1f} s")
    folder.mkdir(parents=True, exist_ok=True)
    if kind in CONFIGURATIONS:
        config = {"architectures": [kind.__name__], **model.config.to_diff_dict()}
        for unread in ("transformers_version", "dtype"):
            config.pop(unread, None)
    else:
        config = {k: v for k, v in json.loads(model.to_json_string()).items() if v is not None}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    name = "model" if kind in CONFIGURATIONS else "diffusion_pytorch_model"
    # One at a time, so that there is no second copy of all of them.
    for parameter in model.parameters():
        parameter.data = parameter.data.half()
    save_file({key: value.contiguous() for key, value in model.state_dict().items()
               if "position_ids" not in key}, folder / f"{name}.safetensors")
    save_file(values, folder / "inputs.safetensors")
    save_file({name: value.contiguous() for name, value in outputs.items()},
              folder / "expected.safetensors")


def compare(command, folder):
    """Runs `limpid parity` and prints, for every output, the difference as a share of its peak."""
    from safetensors.torch import load_file
    expected = load_file(folder / "expected.safetensors")
    began = time.time()
    result = subprocess.run(
        shlex.split(command) + [
            "parity", str(folder), "--inputs", str(folder / "inputs.safetensors"),
            "--expected", str(folder / "expected.safetensors"), "--json"],
        capture_output=True, text=True)
    seconds = time.time() - began
    if not result.stdout.strip():
        raise SystemExit(result.stderr)
    worst = 0.0
    for name, measures in json.loads(result.stdout)["outputs"].items():
        share = measures["max_abs"] / expected[name].abs().max().item()
        worst = max(worst, share)
        print(f"{name}: max|d| {share:.2e} of the largest value, PSNR {measures['psnr']:.1f} dB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors")) / 2**30
    print(f"limpid: {seconds:.1f} s in all, at most {peak:.2f} GiB; files {size:.2f} GiB")
    return math.isfinite(worst) and worst <= 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--limpid", default=".build/release/limpid")
    arguments = parser.parse_args()
    kind, options = NETWORKS[arguments.network]
    folder = arguments.folder or pathlib.Path("out") / f"{arguments.network}-{arguments.size}"
    if not (folder / "expected.safetensors").exists():
        write(folder, kind, options, arguments.size)
    if not compare(arguments.limpid, folder):
        raise SystemExit("more than 1e-3 of the largest value")


if __name__ == "__main__":
    main()
