"""A pool of synthetic photographs, renewed while training, and random crops from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from itertools import count
from multiprocessing import get_context

import numpy as np
import torch
from torch import Tensor


class Pool:
    """`size` images of `side` pixels, (size, planes, side, side) uint8 on `device`.

    Worker processes draw them; image number k of the pool's life is `draw`'s for seed `first` + k.
    """

    def __init__(
        self, draw: Callable[..., np.ndarray], size: int, side: int, first: int, workers: int,
        device: torch.device,
    ) -> None:
        context = get_context("forkserver")
        self.executor: Executor = ProcessPoolExecutor(workers, mp_context=context)
        self.draw = partial(draw, side=side)
        self.seeds: Iterator[int] = count(first)
        self.pending: list[Future] = []
        self.oldest = 0
        drawn = self.executor.map(self.draw, [next(self.seeds) for _ in range(size)], chunksize=8)
        self.images = torch.stack([planes(image) for image in drawn]).to(device)

    def renew(self) -> None:
        """Asks for one more image, and lets those that are ready replace the oldest."""
        ready = [future for future in self.pending if future.done()]
        self.pending = [future for future in self.pending if not future.done()]
        if len(self.pending) < 64:
            self.pending.append(self.executor.submit(self.draw, next(self.seeds)))
        for future in ready:
            self.images[self.oldest] = planes(future.result()).to(self.images.device)
            self.oldest = (self.oldest + 1) % len(self.images)

    def crops(self, number: int, side: int, random: torch.Generator) -> Tensor:
        """Crops (number, planes, side, side) in 0...1; `random` is a generator of the CPU."""
        limit = self.images.shape[-1] - side + 1
        which = torch.randint(len(self.images), (number,), generator=random).tolist()
        corners = torch.randint(limit, (number, 2), generator=random).tolist()
        parts = [
            varied(self.images[image, :, top : top + side, left : left + side], random)
            for image, (top, left) in zip(which, corners)
        ]
        return torch.stack(parts).float() / 255

    def close(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)


def planes(image: np.ndarray) -> Tensor:
    return torch.from_numpy(image).permute(2, 0, 1).contiguous()


def varied(crop: Tensor, random: torch.Generator) -> Tensor:
    """One of the square's eight symmetries; one time in three the colours change places."""
    turns, mirror, permute = torch.randint(12, (3,), generator=random).tolist()
    crop = torch.rot90(crop, turns % 4, (1, 2))
    if mirror % 2:
        crop = crop.flip(2)
    if permute % 3:
        return crop
    return torch.cat((crop[torch.randperm(3, generator=random)], crop[3:]))
