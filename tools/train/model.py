"""The denoiser's network: NAFNet (Chen et al., "Simple Baselines for Image Restoration", 2022).

Parameter names and arithmetic are those of the published checkpoints, so any reader of NAFNet
checkpoints reads this one. Images are (batch, 3, height, width) in 0...1, sRGB.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Configuration:
    """Channels at full resolution and the number of blocks at each level.

    `decoder` is listed from the deepest level to full resolution, as checkpoints number it.
    """

    width: int = 32
    encoder: tuple[int, ...] = (2, 2, 2)
    middle: int = 4
    decoder: tuple[int, ...] = (1, 1, 2)


class LayerNorm2d(nn.Module):
    """Normalises each pixel over its channels, in float32 whatever the input's type."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        centred = wide - wide.mean(1, keepdim=True)
        variance = centred.square().mean(1, keepdim=True)
        normal = centred * torch.rsqrt(variance + 1e-6)
        scaled = normal * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        return scaled.to(x.dtype)


class SimpleGate(nn.Module):
    """Multiplies the first half of the channels by the second half."""

    def forward(self, x: Tensor) -> Tensor:
        first, second = x.chunk(2, dim=1)
        return first * second


class GlobalMean(nn.Module):
    """Mean over height and width in float32: (n, c, h, w) -> (n, c, 1, 1)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.float().mean((2, 3), keepdim=True).to(x.dtype)


class DepthwiseConv3x3(nn.Conv2d):
    """Depthwise 3x3 convolution, zero padded.

    With `shifted` it is written as nine shifted multiply-adds, which a compiler fuses into one
    pass over the image; the parameters and (up to rounding) the result are the same.
    """

    shifted = False

    def __init__(self, channels: int) -> None:
        super().__init__(channels, channels, 3, padding=1, groups=channels)

    def forward(self, x: Tensor) -> Tensor:
        if not self.shifted:
            return super().forward(x)
        height, width = x.shape[2:]
        padded = F.pad(x, (1, 1, 1, 1))
        weight = self.weight.to(x.dtype)
        result = self.bias.to(x.dtype).view(1, -1, 1, 1)
        for row in range(3):
            for column in range(3):
                window = padded[:, :, row : row + height, column : column + width]
                result = result + window * weight[:, 0, row, column].view(1, -1, 1, 1)
        return result


class NAFBlock(nn.Module):
    """Gated depthwise convolution with channel attention, then a gated pointwise network."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 2 * channels, 1)
        self.conv2 = DepthwiseConv3x3(2 * channels)
        self.conv3 = nn.Conv2d(channels, channels, 1)
        self.sca = nn.Sequential(GlobalMean(), nn.Conv2d(channels, channels, 1))
        self.sg = SimpleGate()
        self.conv4 = nn.Conv2d(channels, 2 * channels, 1)
        self.conv5 = nn.Conv2d(channels, channels, 1)
        self.norm1 = LayerNorm2d(channels)
        self.norm2 = LayerNorm2d(channels)
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        v = self.sg(self.conv2(self.conv1(self.norm1(x))))
        y = x + self.beta.to(x.dtype) * self.conv3(v * self.sca(v))
        z = self.conv5(self.sg(self.conv4(self.norm2(y))))
        return y + self.gamma.to(x.dtype) * z


class NAFNet(nn.Module):
    """A U-shaped network of NAFBlocks that predicts the correction to its input."""

    def __init__(self, configuration: Configuration = Configuration()) -> None:
        super().__init__()
        channels = configuration.width
        self.intro = nn.Conv2d(3, channels, 3, padding=1)
        self.ending = nn.Conv2d(channels, 3, 3, padding=1)
        self.encoders, self.decoders = nn.ModuleList(), nn.ModuleList()
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for count in configuration.encoder:
            self.encoders.append(blocks(channels, count))
            self.downs.append(nn.Conv2d(channels, 2 * channels, 2, stride=2))
            channels *= 2
        self.middle_blks = blocks(channels, configuration.middle)
        for count in configuration.decoder:
            widen = nn.Conv2d(channels, 2 * channels, 1, bias=False)
            self.ups.append(nn.Sequential(widen, nn.PixelShuffle(2)))
            channels //= 2
            self.decoders.append(blocks(channels, count))
        self.stride = 2 ** len(configuration.encoder)

    def forward(self, image: Tensor) -> Tensor:
        height, width = image.shape[2:]
        padded = F.pad(image, (0, -width % self.stride, 0, -height % self.stride))
        x = self.intro(padded)
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        x = self.middle_blks(x)
        for decoder, up, skip in zip(self.decoders, self.ups, reversed(skips)):
            x = decoder(up(x) + skip)
        return (self.ending(x) + padded)[:, :, :height, :width]


def blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*[NAFBlock(channels) for _ in range(count)])


def multiply_accumulates(network: nn.Module, *operands: Tensor) -> int:
    """Of all convolutions for one image."""
    total = 0

    def count(layer: nn.Conv2d, _: tuple[Tensor], output: Tensor) -> None:
        nonlocal total
        total += output[0, 0].numel() * layer.weight.numel()

    hooks = [
        layer.register_forward_hook(count)
        for layer in network.modules()
        if isinstance(layer, nn.Conv2d)
    ]
    with torch.no_grad():
        network(*operands)
    for hook in hooks:
        hook.remove()
    return total
