"""The implicit sampler of C2F-DFT in PyTorch, and WeatherDiffusion's estimates over patches.

Written from the published schedule and formulas; shares nothing with Sources/Diffusion.
"""

import torch


def alpha_bars(count=1000, start=1e-4, end=0.02):
    """Index t + 1 has the cumulative signal power of timestep t; index 0 that of a clean image."""
    betas = torch.linspace(start, end, count, dtype=torch.float64).float()
    return torch.cat([torch.zeros(1), betas]).neg().add(1).cumprod(0)


def patch_starts(extent, side, stride):
    """Multiples of the stride, and one flush with the end."""
    last = extent - side
    starts = list(range(0, last + 1, stride))
    return starts if starts[-1] == last else starts + [last]


def patched(model, condition, sample, t, side, stride):
    """The mean of the estimates of all patches that cover a pixel."""
    total, hits = torch.zeros_like(sample), torch.zeros_like(sample)
    for y in patch_starts(sample.shape[2], side, stride):
        for x in patch_starts(sample.shape[3], side, stride):
            here = (..., slice(y, y + side), slice(x, x + side))
            total[here] += model(torch.cat([condition[here], sample[here]], 1), t)
            hits[here] += 1
    return total / hits


@torch.no_grad()
def sample(model, degraded, noise, steps=3, eta=0.0, patches=None, draw=None):
    """The noisy images after every step, the first one not included.

    degraded: (1, 3, H, W) in [0, 1]; noise: the start, of its shape; draw: gives fresh noise.
    """
    powers = alpha_bars().to(degraded.dtype)
    condition, x, trajectory = 2 * degraded - 1, noise, []
    timesteps = list(range(0, 1000, 1000 // steps))
    for t, following in zip(reversed(timesteps), reversed([-1] + timesteps[:-1])):
        here, there = powers[t + 1], powers[following + 1]
        time = torch.full((x.shape[0],), float(t))
        if patches is None:
            epsilon = model(torch.cat([condition, x], 1), time)
        else:
            epsilon = patched(model, condition, x, time, *patches)
        clean = (x - epsilon * (1 - here).sqrt()) / here.sqrt()
        fresh = eta * ((1 - here / there) * (1 - there) / (1 - here)).sqrt()
        x = there.sqrt() * clean + (1 - there - fresh ** 2).sqrt() * epsilon
        if eta > 0:
            x = x + fresh * draw()
        trajectory.append(x)
    return trajectory


def image(x):
    """What is shown of a sample: in [0, 1]."""
    return ((x + 1) / 2).clamp(0, 1)
