"""How far off the parts of a synthetic photograph are: a ground, and objects in front of it.

Distances are in 0...1, 1 for the farthest part of the ground.
"""

from __future__ import annotations

import numpy as np

import textures

Array = np.ndarray


class Depth:
    """A plane (side, side) of distances. Its random numbers are its own and change no colour."""

    def __init__(self, seed: int, side: int) -> None:
        self.random = np.random.default_rng([seed, 1])
        self.plane = ground(self.random, side)

    def cover(self, box: tuple, alpha: Array) -> None:
        """Puts an object in front of what is in a box, where its opacity is `alpha`."""
        top, bottom, left, right = box
        region = self.plane[top:bottom, left:right]
        region += alpha * (region.mean() * self.random.uniform(0.3, 1) - region)


def ground(random: np.random.Generator, side: int) -> Array:
    """Mostly farther at the top, bent by smooth noise, from some nearness to 1."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / side - 0.5
    angle = random.normal(0, 0.5)
    slope = np.sin(angle) * x - np.cos(angle) * y
    bumps = textures.power_law(random, side, exponent=2.2, elongation=1.0)
    plane = random.uniform(0.3, 1) * slope + random.uniform(0, 0.25) * bumps
    plane = (plane - plane.min()) / np.ptp(plane)
    nearest = random.uniform(0.05, 0.7)
    return (nearest + (1 - nearest) * plane).astype(np.float32)
