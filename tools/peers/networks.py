"""The networks that are compared, from public implementations, with every weight random."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file


@dataclass
class Subject:
    """A network on inputs of one size."""

    module: torch.nn.Module  # takes the inputs by position and gives one tensor
    inputs: dict[str, torch.Tensor]
    save: Callable[[Path], Path]  # writes the weights as the engine loads them
    fits_onnx: bool = True  # a file of ONNX holds 2 GB


class Call(torch.nn.Module):
    """A method of a network as a module of its own that returns one tensor."""

    def __init__(self, network: torch.nn.Module, call: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.network, self.call = network, call

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.call(self.network, *inputs)


def randomised(network: torch.nn.Module) -> torch.nn.Module:
    """Gives parameters that start at zero or one a random value too."""
    with torch.no_grad():
        for parameter in network.parameters():
            if (parameter == parameter.flatten()[0]).all():
                parameter.add_(0.1 * torch.randn_like(parameter))
    return network.eval()


def restorer(network: torch.nn.Module, size: int) -> Subject:
    randomised(network)

    def save(folder: Path) -> Path:
        path = folder / "network.safetensors"
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, path)
        return path

    return Subject(network, {"image": torch.rand(1, 3, size, size)}, save)


def component(network: torch.nn.Module, call: Callable[..., torch.Tensor],
              inputs: dict[str, torch.Tensor], fits_onnx: bool) -> Subject:
    randomised(network)

    def save(folder: Path) -> Path:
        network.save_pretrained(folder / "component")
        return folder / "component"

    return Subject(Call(network, call), inputs, save, fits_onnx)


def nafnet(size: int, **settings: object) -> Subject:
    from spandrel.architectures.NAFNet import NAFNet

    return restorer(NAFNet(**settings), size)


def restormer(size: int) -> Subject:
    from spandrel_extra_arches.architectures.Restormer import Restormer

    return restorer(Restormer(), size)


def upscaler(name: str, size: int) -> Subject:
    """Those that people have the most, as they are published."""
    match name:
        case "rrdb-x4":
            from spandrel.architectures.ESRGAN import ESRGAN

            network = ESRGAN(num_filters=64, num_blocks=23, scale=4)
        case "compact-x2":
            from spandrel.architectures.Compact import Compact

            network = Compact(num_feat=64, num_conv=16, upscale=2)
        case "swinir-m-x4":
            from spandrel.architectures.SwinIR import SwinIR

            network = SwinIR(
                img_size=size, window_size=8, depths=[6] * 6, embed_dim=180, num_heads=[6] * 6,
                mlp_ratio=2, upscale=4, img_range=1.0, upsampler="pixelshuffle")
        case "dat-light-x4":
            from spandrel.architectures.DAT import DAT

            network = DAT(
                img_size=size, split_size=[8, 32], depth=[18], embed_dim=60, num_heads=[6],
                expansion_factor=2, upscale=4, img_range=1.0, resi_connection="3conv",
                upsampler="pixelshuffledirect")
    return restorer(network, size)


def promptir(size: int, source: Path) -> Subject:
    """From net/model.py of a checkout of va1shn9v/PromptIR."""
    specification = importlib.util.spec_from_file_location("promptir", source)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return restorer(module.PromptIR(decoder=True), size)


def unet(size: int) -> Subject:
    """Stable Diffusion 1.5's, on a latent."""
    from diffusers import UNet2DConditionModel

    network = UNet2DConditionModel(
        sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    inputs = {"sample": torch.randn(1, 4, size, size), "timestep": torch.tensor([500.0]),
              "encoder_hidden_states": torch.randn(1, 77, 768)}
    return component(network, lambda n, x, t, c: n(x, t, c, return_dict=False)[0], inputs, False)


def vae_decoder(size: int) -> Subject:
    """Stable Diffusion 1.5's, on a latent."""
    from diffusers import AutoencoderKL

    network = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(128, 256, 512, 512), layers_per_block=2)
    inputs = {"latent": torch.randn(1, 4, size, size)}
    return component(network, lambda n, z: n.decode(z, return_dict=False)[0], inputs, True)


def subject(name: str, size: int, promptir_source: Path | None) -> Subject:
    match name:
        case "nafnet-32":
            return nafnet(size, width=32, enc_blk_nums=[2, 2, 4, 8], middle_blk_num=12,
                          dec_blk_nums=[2, 2, 2, 2])
        case "nafnet-64":
            return nafnet(size, width=64, enc_blk_nums=[1, 1, 1, 28], middle_blk_num=1,
                          dec_blk_nums=[1, 1, 1, 1])
        case "restormer":
            return restormer(size)
        case "promptir":
            if promptir_source is None:
                raise SystemExit("promptir needs --promptir, net/model.py of its repository")
            return promptir(size, promptir_source)
        case "sd15-unet":
            return unet(size)
        case "sd15-vae-decoder":
            return vae_decoder(size)
        case _ if name in UPSCALERS:
            return upscaler(name, size)
    raise SystemExit(f"no network '{name}'; there are {', '.join(NAMES)}")


UPSCALERS = ["rrdb-x4", "compact-x2", "swinir-m-x4", "dat-light-x4"]
# The side of the picture, or of the latent.
SIDES = {"nafnet-32": 256, "nafnet-64": 256, "restormer": 256, "promptir": 256, "sd15-unet": 64,
         "sd15-vae-decoder": 64, "rrdb-x4": 64, "compact-x2": 256, "swinir-m-x4": 64,
         "dat-light-x4": 64}
NAMES = list(SIDES)
