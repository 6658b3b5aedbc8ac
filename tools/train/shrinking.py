"""What the upscalers learn to undo: photographs shrunk by unknown filters, often compressed.

Batches are (n, 3, h, w) of values in 0...1; results are rounded to 8 bits, as a file would be.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from degradations import compressed, quantised, uniform, with_gaussian_noise

FILTERS = ("bicubic", "bilinear", "area")
SHARE_BLURRED = 0.3
SHARE_NOISY = 0.25
SHARE_COMPRESSED = 0.45
LARGEST_SIGMA = 8.0  # of 255


def shrink(clean: Tensor, scale: int, random: torch.Generator) -> Tensor:
    """One filter for the batch; blur, noise and JPEG come to some of its images."""
    number = int(torch.randint(len(FILTERS), (1,), generator=random, device=clean.device))
    softened = blurred(clean, scale * uniform(clean, random) / 2)
    chosen = uniform(clean, random) < SHARE_BLURRED
    small = quantised(resampled(torch.where(chosen, softened, clean), scale, FILTERS[number]))
    noisy = with_gaussian_noise(small, LARGEST_SIGMA * uniform(clean, random), random)
    small = torch.where(uniform(clean, random) < SHARE_NOISY, noisy, small)
    quality = (50 + 45 * uniform(clean, random)).round()
    coded = compressed(small, quality, uniform(clean, random) < 0.5)
    return torch.where(uniform(clean, random) < SHARE_COMPRESSED, coded, small)


def resampled(image: Tensor, scale: int, filter: str) -> Tensor:
    """An image of 1 / `scale` of the sides, without aliasing."""
    if filter == "area":
        return F.avg_pool2d(image, scale)
    size = [side // scale for side in image.shape[2:]]
    return F.interpolate(image, size, mode=filter, antialias=True, align_corners=False)


def blurred(image: Tensor, sigma: Tensor) -> Tensor:
    """Each image under a Gaussian of its own `sigma` (n, 1, 1, 1), in pixels."""
    offsets = torch.arange(-6, 7, device=image.device)
    weights = torch.exp(-0.5 * (offsets / sigma.clamp(min=1e-2)) ** 2)  # (n, 1, 1, 13)
    weights = (weights / weights.sum(-1, keepdim=True)).repeat_interleave(3, 0)
    planes = image.reshape(1, -1, *image.shape[2:])
    for kernel, padding in ((weights, (6, 6, 0, 0)), (weights.mT, (0, 0, 6, 6))):
        padded = F.pad(planes, padding, mode="reflect")
        planes = F.conv2d(padded, kernel, groups=planes.shape[1])
    return planes.reshape(image.shape)
