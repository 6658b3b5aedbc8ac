"""Haze and rain over batches (n, 3, h, w) of values in 0...1, alone, with noise and with each other.

Haze is the atmospheric scattering model (Narasimhan and Nayar, "Vision and the Atmosphere", 2002):
clean t + A (1 - t) with the transmission t = exp(-density distance) and the airlight A. Every draw
is one number per image, (n, 1, 1, 1).
"""

from __future__ import annotations

import torch
from torch import Tensor

from degradations import jpeg, quantised, uniform

# What an image has (haze, rain, noise, JPEG), and how often at first and later.
MIXTURES = torch.tensor([
    [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0],
    [1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0],
    [0, 0, 0, 1], [0, 0, 0, 0],
]).bool()
FIRST_SHARES = (0.25, 0.26, 0.23, 0.07, 0.05, 0.04, 0.03, 0.03, 0.04)
SHARES = (0.12, 0.33, 0.28, 0.07, 0.05, 0.06, 0.02, 0.03, 0.04)
LARGEST_SIGMA = 55.0  # of 255
SHEETS = 2  # of rain, at two distances


def weathered(
    clean: Tensor, depth: Tensor, shares: tuple[float, ...], random: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Degraded images, rounded to 8 bits, and their transmission (n, 1, h, w).

    `depth` (n, 1, h, w) is in 0...1; `shares` are of the `MIXTURES`.
    """
    weights = torch.tensor(shares, device=clean.device)
    kinds = torch.multinomial(weights, len(clean), True, generator=random)
    kinds = MIXTURES.to(clean.device)[kinds, :, None, None, None]
    has_haze, has_rain, has_noise, has_jpeg = kinds.unbind(1)
    transmission = torch.where(has_haze, thinned(depth, random), 1)
    image = hazy(clean, transmission, random)
    image = torch.where(has_rain, rainy(image, random), image)
    sigma = LARGEST_SIGMA / 255 * uniform(clean, random)
    noise = torch.randn(clean.shape, generator=random, device=clean.device)
    image = quantised(image + torch.where(has_noise, sigma * noise, 0))
    return torch.where(has_jpeg, jpeg(image, random), image), transmission


def thinned(depth: Tensor, random: torch.Generator) -> Tensor:
    """How much light arrives through haze of a density of 0.3 to 2.3 over the farthest distance."""
    return torch.exp(-(0.3 + 2 * uniform(depth, random)) * depth)


def hazy(clean: Tensor, transmission: Tensor, random: torch.Generator) -> Tensor:
    """The airlight is bright and nearly grey."""
    cast = 0.03 * torch.randn(len(clean), 3, 1, 1, generator=random, device=clean.device)
    airlight = (0.6 + 0.4 * uniform(clean, random) + cast).clamp(0, 1)
    return clean * transmission + airlight * (1 - transmission)


def rainy(clean: Tensor, random: torch.Generator) -> Tensor:
    """Sheets of streaks that cover, or add to, what is behind them."""
    tilt = 0.35 * torch.randn(len(clean), 1, 1, 1, generator=random, device=clean.device)
    image, adds = clean, uniform(clean, random) < 0.5
    for _ in range(SHEETS):
        opacity = (0.2 + 0.7 * uniform(clean, random)) * sheet(clean, tilt, random)
        brightness = 0.7 + 0.3 * uniform(clean, random)
        behind = torch.where(adds, 0, image)
        image = (image + opacity * (brightness - behind)).clamp(0, 1)
    return image


def sheet(clean: Tensor, tilt: Tensor, random: torch.Generator) -> Tensor:
    """Streaks (n, 1, h, w) in 0...1 of one length and width; `tilt` is from the vertical."""
    length = 4 * 15 ** uniform(clean, random)  # 4...60 pixels
    width = 0.5 * 4 ** uniform(clean, random)
    cover = 0.01 * 30 ** uniform(clean, random)
    tilt = tilt + 0.05 * (uniform(clean, random) - 0.5)
    size = (len(clean), 1, *clean.shape[2:])
    drops = torch.rand(size, generator=random, device=clean.device)
    density = cover / (2.5 * width * length)
    strength = torch.where(drops < density, 0.3 + 0.7 * drops / density, 0)
    spectrum = torch.fft.rfft2(strength) * torch.fft.rfft2(streak(clean, tilt, length, width))
    return torch.fft.irfft2(spectrum, s=size[2:]).clamp(0, 1)


def streak(clean: Tensor, tilt: Tensor, length: Tensor, width: Tensor) -> Tensor:
    """One streak (n, 1, h, w) around the first pixel, wrapped around the borders."""
    y, x = (torch.fft.fftfreq(side, 1 / side, device=clean.device) for side in clean.shape[2:])
    y, x = y[:, None], x[None]
    along = torch.cos(tilt) * y + torch.sin(tilt) * x
    across = torch.cos(tilt) * x - torch.sin(tilt) * y
    ends = torch.sigmoid(2 * (length / 2 - along.abs()))
    return ends * torch.exp(-0.5 * (across / width) ** 2)
