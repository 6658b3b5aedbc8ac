"""Texture planes of zero mean and unit deviation: coloured noise, streaks, waves, weaves."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def bank(random: np.random.Generator, side: int, count: int) -> list[Array]:
    """Planes (side, side) for the objects of one image to cut their texture from."""
    kinds = random.choice([noise, streaks, waves], count, p=[3 / 6, 2 / 6, 1 / 6])
    return [kind(random, side) for kind in kinds]


def noise(random: np.random.Generator, side: int) -> Array:
    """Nearly isotropic noise from rough to cloudy, sometimes with heavy tails."""
    plane = power_law(random, side, random.uniform(0.5, 1.7), random.uniform(1, 1.5))
    return normalised(np.abs(plane)) if random.random() < 0.2 else plane


def streaks(random: np.random.Generator, side: int) -> Array:
    """Noise drawn out along one direction: fur, hair, grass, wood, brushed cloth."""
    return power_law(random, side, random.uniform(0.4, 1.4), random.uniform(3, 12))


def waves(random: np.random.Generator, side: int) -> Array:
    """A grating of period 4...24 pixels, bent by noise; half the time crossed by another."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    warp = power_law(random, side, 2.0, 1.0) * random.uniform(0, 1.5)
    plane = np.zeros((side, side), np.float32)
    angle = random.uniform(0, np.pi)
    for _ in range(int(random.integers(1, 3))):
        frequency = 2 * np.pi / np.exp(random.uniform(np.log(4), np.log(24)))
        phase = frequency * (np.cos(angle) * x + np.sin(angle) * y) + warp
        plane += np.tanh(random.uniform(0.5, 4) * np.sin(phase))
        angle += np.pi / 2
    return normalised(plane)


def power_law(
    random: np.random.Generator, side: int, exponent: float, elongation: float
) -> Array:
    """Noise of amplitude spectrum 1/f^exponent, stretched by `elongation` at a random angle."""
    v, u = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
    angle = random.uniform(0, np.pi)
    along = np.cos(angle) * u + np.sin(angle) * v
    across = np.cos(angle) * v - np.sin(angle) * u
    frequency = np.hypot(along * elongation, across / elongation**0.25)
    frequency[0, 0] = 1
    amplitude = np.maximum(frequency, 1 / side) ** -exponent
    amplitude[0, 0] = 0
    white = random.standard_normal((side, side), np.float32)
    return normalised(np.fft.irfft2(np.fft.rfft2(white) * amplitude, (side, side)))


def normalised(plane: Array) -> Array:
    plane = plane - plane.mean()
    return (plane / max(float(plane.std()), 1e-6)).astype(np.float32)


def window(random: np.random.Generator, planes: list[Array], box: tuple) -> Array:
    """A part of one plane the size of `box`, from a random place."""
    plane = planes[random.integers(len(planes))]
    rows, columns = box[1] - box[0], box[3] - box[2]
    top = int(random.integers(0, plane.shape[0] - rows + 1))
    left = int(random.integers(0, plane.shape[1] - columns + 1))
    return plane[top : top + rows, left : left + columns]
