"""Degradations the denoiser learns to undo, on batches (n, 3, h, w) of values in 0...1.

Every result is clipped and rounded to 8 bits, as a file would be. JPEG is simulated without a
codec: colour transform, chroma subsampling, 8x8 cosine transform and the standard's tables.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

KINDS = ("gaussian", "poisson", "jpeg", "mixture", "clean")
SHARES = (0.76, 0.07, 0.06, 0.07, 0.04)
LARGEST_SIGMA = 55.0  # of 255

LUMINANCE = torch.tensor(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    dtype=torch.float32,
)
CHROMINANCE = torch.full((8, 8), 99.0)
CHROMINANCE[:4, :4] = torch.tensor(
    [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
)


def degrade(clean: Tensor, random: torch.Generator) -> Tensor:
    """Draws one kind of degradation per image; the generator lives on the images' device."""
    shares = torch.tensor(SHARES, device=clean.device)
    kinds = torch.multinomial(shares, len(clean), replacement=True, generator=random)
    result = clean.clone()
    for index, kind in enumerate(KINDS):
        chosen = (kinds == index).nonzero()[:, 0]
        if len(chosen) > 0 and kind != "clean":
            result[chosen] = DEGRADATIONS[kind](clean[chosen], random)
    return result


def quantised(x: Tensor) -> Tensor:
    """Clips to 0...1 and rounds to a multiple of 1/255."""
    return (x * 255).round().clamp(0, 255) / 255


def with_gaussian_noise(clean: Tensor, sigma: Tensor | float, random: torch.Generator) -> Tensor:
    """Adds white noise of deviation `sigma` / 255, one for all or (n, 1, 1, 1)."""
    noise = torch.randn(clean.shape, generator=random, device=clean.device)
    return quantised(clean + noise * (sigma / 255))


def gaussian(clean: Tensor, random: torch.Generator) -> Tensor:
    """Any deviation is equally likely."""
    return with_gaussian_noise(clean, LARGEST_SIGMA * uniform(clean, random), random)


def poisson(clean: Tensor, random: torch.Generator) -> Tensor:
    """Photon noise: 10 to 1000 photons at white, in each channel."""
    photons = 10 ** (1 + 2 * uniform(clean, random))
    return quantised(torch.poisson(clean * photons, generator=random) / photons)


def jpeg(clean: Tensor, random: torch.Generator) -> Tensor:
    """JPEG of quality 30 to 95, half the time with chroma at half resolution."""
    quality = 30 + 65 * uniform(clean, random)
    return compressed(clean, quality.round(), uniform(clean, random) < 0.5)


def mixture(clean: Tensor, random: torch.Generator) -> Tensor:
    """Gaussian noise of deviation up to 30, then JPEG."""
    noisy = with_gaussian_noise(clean, 30 * uniform(clean, random), random)
    return jpeg(noisy, random)


DEGRADATIONS = {"gaussian": gaussian, "poisson": poisson, "jpeg": jpeg, "mixture": mixture}


def uniform(like: Tensor, random: torch.Generator) -> Tensor:
    """One number in 0...1 per image: (n, 1, 1, 1)."""
    return torch.rand(len(like), 1, 1, 1, generator=random, device=like.device)


def compressed(image: Tensor, quality: Tensor, halved: Tensor) -> Tensor:
    """What decoding gives back after coding at `quality` (n, 1, 1, 1), 1...100.

    `halved` (n, 1, 1, 1) says whose chroma is stored at half resolution. Height and width are
    multiples of 16.
    """
    luma, chroma = ycbcr(image * 255).split((1, 2), dim=1)
    luma = coded(luma, table(LUMINANCE, quality))
    steps = table(CHROMINANCE, quality)
    small = coded(F.avg_pool2d(chroma, 2), steps)
    smooth = F.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False)
    chroma = torch.where(halved, smooth, coded(chroma, steps))
    return quantised(rgb(torch.cat((luma, chroma), 1)) / 255)


def table(base: Tensor, quality: Tensor) -> Tensor:
    """Quantisation steps (n, 1, 1, 1, 8, 8), scaled as the reference encoder does."""
    percent = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    steps = (base.to(quality.device) * percent[..., None, None] + 50) / 100
    return steps.floor().clamp(1, 255)


def coded(planes: Tensor, steps: Tensor) -> Tensor:
    """Transforms 8x8 blocks of (n, c, h, w), 0...255, rounds to `steps` and transforms back."""
    count, channels, height, width = planes.shape
    tiles = planes.view(count, channels, height // 8, 8, width // 8, 8).transpose(3, 4)
    transform = cosine_transform(planes.device)
    coefficients = transform @ (tiles - 128) @ transform.T
    rounded = (coefficients / steps).round() * steps
    tiles = transform.T @ rounded @ transform + 128
    return tiles.transpose(3, 4).reshape(planes.shape).clamp(0, 255)


def cosine_transform(device: torch.device) -> Tensor:
    """The orthonormal 8-point DCT-II matrix."""
    index = torch.arange(8, dtype=torch.float32, device=device)
    matrix = torch.cos(math.pi / 8 * (index[None] + 0.5) * index[:, None]) / 2
    matrix[0] /= math.sqrt(2)
    return matrix


def ycbcr(image: Tensor) -> Tensor:
    """JFIF colour transform; chroma is centred on 128."""
    red, green, blue = image.unbind(1)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return torch.stack((luma, (blue - luma) / 1.772 + 128, (red - luma) / 1.402 + 128), 1)


def rgb(image: Tensor) -> Tensor:
    """The inverse of `ycbcr`."""
    luma, cb, cr = image.unbind(1)
    red, blue = luma + 1.402 * (cr - 128), luma + 1.772 * (cb - 128)
    return torch.stack((red, (luma - 0.299 * red - 0.114 * blue) / 0.587, blue), 1)
