"""The upscalers' network: SRVGGNetCompact (Wang et al., "Real-ESRGAN", 2021).

Parameter names and arithmetic are those of the published checkpoints, so any reader of those reads
this one. Images are (batch, 3, height, width) in 0...1, sRGB.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class SRVGGNetCompact(nn.Module):
    """Layers at the size of the image, of which the last says what enlarging by repetition lacks."""

    def __init__(self, scale: int, features: int = 48, layers: int = 12) -> None:
        super().__init__()
        self.scale = scale
        self.body = nn.ModuleList([nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)])
        for _ in range(layers):
            self.body += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body.append(nn.Conv2d(features, 3 * scale**2, 3, padding=1))

    def forward(self, image: Tensor) -> Tensor:
        x = image
        for layer in self.body:
            x = layer(x)
        enlarged = F.interpolate(image, scale_factor=self.scale, mode="nearest")
        return F.pixel_shuffle(x, self.scale) + enlarged
