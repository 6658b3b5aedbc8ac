"""What can be trained: a network, what it learns from, and how it is judged."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from degradations import degrade, with_gaussian_noise
from images import photograph
from model import Configuration, NAFNet
from shrinking import resampled, shrink
from upscaler import SRVGGNetCompact

SIGMAS = (15, 25, 50)


Crops = Callable[[int], Tensor]  # so many new crops (n, planes, h, w) in 0...1, colours first


class Task(Protocol):
    name: str

    def draw(self, seed: int, side: int) -> np.ndarray:
        """An image of the pool, (side, side, planes) uint8."""

    def network(self) -> nn.Module: ...

    def operands(self, side: int) -> tuple[Tensor, ...]:
        """What the network takes for one square image."""

    def objective(
        self, network: nn.Module, crops: Crops, number: int, random: torch.Generator,
        progress: float,
    ) -> Tensor:
        """The loss of a batch of `number` images, at a share of the training time."""

    def judged(self, images: Tensor, random: torch.Generator) -> list[Tensor]:
        """The inputs from which a validation restores crops."""

    def restored(self, network: nn.Module, given: Tensor) -> Tensor: ...


class SinglePass:
    """Tasks whose network restores what it is given in one evaluation."""

    draw = staticmethod(photograph)

    def operands(self, side: int) -> tuple[Tensor, ...]:
        return (torch.zeros(1, 3, side, side),)

    def objective(
        self, network: nn.Module, crops: Crops, number: int, random: torch.Generator,
        progress: float,
    ) -> Tensor:
        clean = crops(number)
        given = self.degraded(clean, random).contiguous(memory_format=torch.channels_last)
        with torch.autocast(clean.device.type, dtype=torch.bfloat16):
            output = network(given)
        return self.loss(output.float(), clean, progress)

    def restored(self, network: nn.Module, given: Tensor) -> Tensor:
        return network(given)


@dataclass(frozen=True)
class Denoising(SinglePass):
    width: int
    name = "denoiser"

    FIRST_LOSS = 0.15  # share of the time during which the loss is Charbonnier's

    def network(self) -> nn.Module:
        return NAFNet(Configuration(width=self.width))

    def degraded(self, clean: Tensor, random: torch.Generator) -> Tensor:
        return degrade(clean, random)

    def loss(self, output: Tensor, clean: Tensor, progress: float) -> Tensor:
        """Charbonnier's, then the mean over images of log squared error: decibels, so that every
        strength of noise counts alike; the offset keeps nearly clean images from outweighing it."""
        if progress < self.FIRST_LOSS:
            return charbonnier(output, clean)
        squared = (output - clean).square().mean((1, 2, 3))
        return 0.05 * torch.log(squared + 5e-5).mean()

    def judged(self, clean: Tensor, random: torch.Generator) -> list[Tensor]:
        return [with_gaussian_noise(clean, sigma, random) for sigma in SIGMAS]


@dataclass(frozen=True)
class Upscaling(SinglePass):
    scale: int

    @property
    def name(self) -> str:
        return f"upscaler-x{self.scale}"

    def network(self) -> nn.Module:
        return SRVGGNetCompact(self.scale)

    def degraded(self, clean: Tensor, random: torch.Generator) -> Tensor:
        return shrink(clean, self.scale, random)

    def loss(self, output: Tensor, clean: Tensor, progress: float) -> Tensor:
        return charbonnier(output, clean)

    def judged(self, clean: Tensor, random: torch.Generator) -> list[Tensor]:
        """A clean one by bicubic resampling, and what training draws."""
        clean_input = (resampled(clean, self.scale, "bicubic") * 255).round().clamp(0, 255) / 255
        return [clean_input, shrink(clean, self.scale, random)]


def charbonnier(output: Tensor, clean: Tensor) -> Tensor:
    return torch.sqrt((output - clean).square() + 1e-6).mean()


def decibels(output: Tensor, clean: Tensor) -> float:
    """Mean PSNR over the images."""
    error = (output.clamp(0, 1) - clean).square().mean((1, 2, 3))
    return float((-10 * torch.log10(error)).mean())


def rate(progress: float, highest: float, warm_up: float = 0.02) -> float:
    """`progress` in 0...1 of the training time: linear warm-up, then a cosine to 1/500."""
    if progress < warm_up:
        return highest * (0.02 + 0.98 * progress / warm_up)
    angle = math.pi * (progress - warm_up) / (1 - warm_up)
    return highest * (0.002 + 0.998 * (1 + math.cos(min(angle, math.pi))) / 2)
