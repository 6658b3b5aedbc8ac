"""Synthetic photographs: colour dead leaves with texture, shading, defocus, strokes and glyphs.

Every image is a function of its seed alone. Opaque objects whose sizes follow a power law hide
one another, which gives the sharp edges, smooth regions and 1/f^2 power spectrum of photographs.
Arrays are float32, (side, side) for one plane and (side, side, 3) for colour, values near 0...1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

import shapes
import textures
from depth import Depth

Array = np.ndarray
LAYER = 0.08  # smaller objects, in sides of the image, are as far off as what is behind them


@dataclass
class Scene:
    """What the objects of one image share."""

    random: np.random.Generator
    side: int
    palette: Array  # (colours, 3)
    bank: list[Array]  # texture planes of zero mean and unit deviation
    depth_blur: float  # pixels of edge softness for objects out of focus
    detail: float  # typical texture amplitude
    depth: Depth


def photograph(seed: int, side: int) -> Array:
    """One synthetic photograph, (side, side, 3) uint8."""
    return drawn(seed, side)[0]


def scenery(seed: int, side: int) -> Array:
    """The same with the distance of what it shows, in 0...255, as a fourth plane."""
    colours, depth = drawn(seed, side)
    return np.dstack([colours, np.rint(depth.plane * 255).astype(np.uint8)])


def drawn(seed: int, side: int) -> tuple[Array, Depth]:
    random = np.random.default_rng(seed)
    scene = Scene(
        random=random,
        side=side,
        palette=palette(random),
        bank=textures.bank(random, side, 6),
        depth_blur=float(random.choice([0.0, 3.0, 10.0], p=[0.5, 0.3, 0.2])),
        detail=float(np.exp(random.normal(-2.7, 0.7))),
        depth=Depth(seed, side),
    )
    canvas = background(scene)
    draw = random.choice([dead_leaves, sparse, page], p=[0.72, 0.18, 0.10])
    draw(scene, canvas)
    return develop(scene, canvas), scene.depth


def palette(random: np.random.Generator) -> Array:
    """Mostly muted colours: independent lightness, small chroma around a shared cast."""
    count = int(random.integers(3, 12))
    lightness = random.beta(1.1, 1.3, (count, 1))
    cast = random.normal(0, 0.06, (1, 3))
    chroma = random.normal(0, 1, (count, 3)) * random.gamma(1.5, 0.06, (count, 1))
    chroma -= chroma.mean(1, keepdims=True)
    return np.clip(lightness + (cast + chroma) * (0.4 + lightness), 0, 1).astype(np.float32)


def background(scene: Scene) -> Array:
    """A smooth, slightly textured field between two palette colours."""
    first, second = scene.palette[scene.random.integers(0, len(scene.palette), 2)]
    field = textures.power_law(scene.random, scene.side, exponent=2.0, elongation=1.0)
    mix = np.clip(0.5 + 0.35 * field, 0, 1)[..., None]
    grain = scene.detail * float(scene.random.uniform(0, 1)) * scene.bank[0][..., None]
    return (first + (second - first) * mix + grain).astype(np.float32)


def dead_leaves(scene: Scene, canvas: Array) -> None:
    """Many objects, back to front, radii from a power law; sometimes strokes in front."""
    random = scene.random
    smallest = float(random.choice([2.0, 4.0, 8.0, 16.0], p=[0.2, 0.3, 0.3, 0.2]))
    largest = scene.side * float(random.uniform(0.3, 0.6))
    count = int(min(900, 2 * scene.side**2 / (smallest * largest)))
    for radius in radii(random, count, smallest, largest):
        leaf(scene, canvas, float(radius))
    if random.random() < 0.25:
        for _ in range(int(random.integers(5, 60))):
            stroke(scene, canvas)
    if random.random() < 0.3:
        for _ in range(int(random.integers(1, 5))):
            lattice(scene, canvas)


def sparse(scene: Scene, canvas: Array) -> None:
    """A few large soft objects on a smooth background: sky, skin, walls."""
    for _ in range(int(scene.random.integers(2, 12))):
        leaf(scene, canvas, scene.side * float(scene.random.uniform(0.05, 0.5)))
    for _ in range(int(scene.random.integers(0, 12))):
        stroke(scene, canvas)
    if scene.random.random() < 0.3:
        lattice(scene, canvas)


def page(scene: Scene, canvas: Array) -> None:
    """Rows of glyph-like strokes of one colour over a few large objects."""
    random = scene.random
    for _ in range(int(random.integers(0, 5))):
        leaf(scene, canvas, scene.side * float(random.uniform(0.1, 0.5)))
    height = float(random.uniform(6, 28))
    colour = scene.palette[random.integers(len(scene.palette))]
    pen = max(0.5, height * float(random.uniform(0.04, 0.1)))
    top = float(random.uniform(0, height))
    while top < scene.side - height:
        left = float(random.uniform(0, 2 * height))
        while left < scene.side - height:
            glyph(scene, canvas, left, top, height, pen, colour)
            left += height * float(random.choice([0.75, 1.3], p=[0.8, 0.2]))
        top += height * 1.6


def glyph(
    scene: Scene, canvas: Array, left: float, top: float, height: float, pen: float, colour: Array
) -> None:
    """Two to four strokes between the points of a small grid."""
    points = scene.random.integers(0, 3, (int(scene.random.integers(3, 6)), 2)) / 2
    points = points * (0.55 * height, height) + (left, top)
    for start, end in zip(points[:-1], points[1:]):
        line(scene, canvas, start, end, pen, colour)


def stroke(scene: Scene, canvas: Array) -> None:
    """One thin straight line: hair, wire, twig, window frame."""
    random, side = scene.random, scene.side
    start = random.uniform(0, side, 2)
    angle, length = random.uniform(0, np.pi), random.uniform(0.05, 0.8) * side
    end = start + length * direction(angle)
    pen = float(np.exp(random.uniform(np.log(0.3), np.log(4))))
    line(scene, canvas, start, end, pen, scene.palette[random.integers(len(scene.palette))])


def lattice(scene: Scene, canvas: Array) -> None:
    """Parallel lines, usually crossed by others: scaffolds, railings, brickwork, shelves."""
    random, side = scene.random, scene.side
    corner, extent = random.uniform(0, 0.8, 2) * side, random.uniform(0.1, 0.5, 2) * side
    tilt = random.normal(0, 0.08) if random.random() < 0.7 else random.uniform(0, np.pi)
    axes = [direction(tilt), direction(tilt + np.pi / 2 + random.normal(0, 0.15))]
    colour = scene.palette[random.integers(len(scene.palette))]
    for along in range(int(random.integers(1, 3))):
        spacing = float(np.exp(random.uniform(np.log(4), np.log(30))))
        pen = float(random.uniform(0.1, 0.3)) * spacing
        for offset in np.arange(0, extent[1 - along], spacing)[:40]:
            start = corner + offset * axes[1 - along]
            line(scene, canvas, start, start + extent[along] * axes[along], pen, colour)


def line(
    scene: Scene, canvas: Array, start: Array, end: Array, pen: float, colour: Array
) -> None:
    box = shapes.bounds(start, end, pen + 2, scene.side)
    if box is not None:
        alpha = shapes.coverage(shapes.capsule(*shapes.grid(box), start, end, pen), 0.9)
        blend(canvas, box, alpha, colour)


def direction(angle: float) -> Array:
    return np.array([np.cos(angle), np.sin(angle)])


def leaf(scene: Scene, canvas: Array, radius: float) -> None:
    """One object with a base colour, a gradient, a texture and a soft or sharp edge."""
    random = scene.random
    centre = random.uniform(-0.1, 1.1, 2) * scene.side
    softness = 0.9
    if scene.depth_blur and random.random() < 0.5:
        softness += min(scene.depth_blur * random.random(), 0.5 * radius)
    reach = 1.5 * radius + softness
    box = shapes.bounds(centre, centre, reach, scene.side)
    if box is None:
        return
    x, y = shapes.grid(box)
    distance = shapes.outline(random, x - centre[0], y - centre[1], radius)
    alpha = shapes.coverage(distance, softness)
    if random.random() < 0.15:
        alpha = alpha * random.uniform(0.4, 1)
    blend(canvas, box, alpha, surface(scene, box, x - centre[0], y - centre[1], radius, distance))
    if radius > LAYER * scene.side:
        scene.depth.cover(box, alpha)


def surface(
    scene: Scene, box: tuple, dx: Array, dy: Array, radius: float, distance: Array
) -> Array:
    """The colour of an object at each pixel of its box, (rows, columns, 3)."""
    random = scene.random
    base = scene.palette[random.integers(len(scene.palette))] + random.normal(0, 0.04)
    slope = random.normal(0, 0.12, 2) / radius
    light = 1 + slope[0] * dx + slope[1] * dy
    if random.random() < 0.3:
        light = light * (1 - 0.4 * np.exp(np.minimum(distance, 0) / (0.2 * radius + 1)))
    colour = base * light[..., None]
    if random.random() < 0.9:
        amplitude = scene.detail * float(np.exp(random.normal(0, 0.8)))
        tint = 1 + random.normal(0, 0.25, 3)
        plane = textures.window(random, scene.bank, box)
        colour = colour + (amplitude * (0.3 + base.mean()) * plane)[..., None] * tint
    return colour.astype(np.float32)


def blend(canvas: Array, box: tuple, alpha: Array, colour: Array) -> None:
    top, bottom, left, right = box
    region = canvas[top:bottom, left:right]
    region += alpha[..., None] * (colour - region)


def develop(scene: Scene, canvas: Array) -> Array:
    """Lighting, optics and tone curve, then 8 bits."""
    random = scene.random
    if random.random() < 0.5:
        light = textures.power_law(random, scene.side, exponent=2.5, elongation=1.0)
        canvas = canvas * np.exp(random.uniform(0, 0.35) * light)[..., None]
    blur = random.uniform(0.2, 0.7) if random.random() < 0.85 else random.uniform(0.7, 2.0)
    canvas = gaussian_filter(canvas, (blur, blur, 0))
    if random.random() < 0.3:
        canvas = canvas + random.uniform(0.2, 1) * (canvas - gaussian_filter(canvas, (1, 1, 0)))
    contrast, gamma = random.uniform(0.6, 1.25), np.exp(random.normal(0, 0.3))
    canvas = np.clip(canvas, 0, 1) ** gamma
    canvas = (canvas - 0.5) * contrast + 0.5 + random.normal(0, 0.08)
    return np.clip(np.rint(canvas * 255), 0, 255).astype(np.uint8)


def radii(random: np.random.Generator, count: int, smallest: float, largest: float) -> Array:
    """Radii with density proportional to r^-3, truncated to [smallest, largest], shuffled."""
    low, high = smallest**-2, largest**-2
    return (low + (high - low) * random.random(count)) ** -0.5
