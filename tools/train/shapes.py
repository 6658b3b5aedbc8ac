"""Outlines of objects as signed distances in pixels, negative inside, and their coverage.

A box is (top, bottom, left, right), half open, inside the image; points are (x, y).
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def bounds(start: Array, end: Array, margin: float, side: int) -> tuple | None:
    """The box of a segment grown by `margin`, or None if it lies outside the image."""
    low = np.floor(np.minimum(start, end) - margin).clip(0, side).astype(int)
    high = np.ceil(np.maximum(start, end) + margin).clip(0, side).astype(int)
    if (high <= low).any():
        return None
    return low[1], high[1], low[0], high[0]


def grid(box: tuple) -> tuple[Array, Array]:
    """x of each column as a row and y of each row as a column, for broadcasting."""
    top, bottom, left, right = box
    x = np.arange(left, right, dtype=np.float32)[None]
    return x, np.arange(top, bottom, dtype=np.float32)[:, None]


def coverage(distance: Array, softness: float) -> Array:
    """Opacity of each pixel for an edge that fades over `softness` pixels."""
    ramp = np.clip(0.5 - distance / softness, 0, 1)
    return ramp * ramp * (3 - 2 * ramp) if softness > 1.5 else ramp


def capsule(x: Array, y: Array, start: Array, end: Array, pen: float) -> Array:
    """A straight stroke of half width `pen` with round ends."""
    along = end - start
    squared = max(float(along @ along), 1e-6)
    position = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / squared
    position = np.clip(position, 0, 1)
    return np.hypot(x - start[0] - position * along[0], y - start[1] - position * along[1]) - pen


def outline(random: np.random.Generator, x: Array, y: Array, radius: float) -> Array:
    """A random ellipse, polygon or lobed blob of about `radius` around the origin."""
    kind = random.choice([ellipse, polygon, blob], p=[0.4, 0.35, 0.25])
    return kind(random, x, y, radius)


def ellipse(random: np.random.Generator, x: Array, y: Array, radius: float) -> Array:
    u, v = rotated(x, y, random.uniform(0, np.pi))
    ratio = random.uniform(0.25, 1)
    return (np.hypot(u, v / ratio) - radius) * (0.5 + 0.5 * ratio)


def polygon(random: np.random.Generator, x: Array, y: Array, radius: float) -> Array:
    """The intersection of three to six half planes."""
    sides = int(random.integers(3, 7))
    angles = 2 * np.pi * (np.arange(sides) + random.uniform(-0.3, 0.3, sides)) / sides
    angles += random.uniform(0, 2 * np.pi)
    reach = radius * random.uniform(0.45, 0.9, sides)
    planes = [np.cos(a) * x + np.sin(a) * y - r for a, r in zip(angles, reach)]
    return np.maximum(np.maximum.reduce(planes), np.hypot(x, y) - 1.4 * radius)


def blob(random: np.random.Generator, x: Array, y: Array, radius: float) -> Array:
    """A circle whose radius varies with the angle."""
    angle = np.arctan2(y, x)
    border = np.ones_like(angle)
    for frequency in range(2, 6):
        border += random.normal(0, 0.12) * np.cos(frequency * angle + random.uniform(0, 6.3))
    return np.hypot(x, y) - radius * np.clip(border, 0.2, 1.45)


def rotated(x: Array, y: Array, angle: float) -> tuple[Array, Array]:
    return np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
