"""Trains a built-in network on synthetic photographs for a given time.

The learning rate follows a cosine over the minutes of training, counted over all runs, so a run
that was stopped (or that --stop-after ended) goes on where its last checkpoint left it.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from model import Configuration, multiply_accumulates
from pool import Pool, planes
from restoring import Restoring
from tasks import Denoising, Task, Upscaling, decibels, rate

VALIDATION_SEED = 10**9  # no training image has a seed this high


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"))
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--upscaler", type=int, choices=(2, 4), help="enlarges by so much")
    chosen.add_argument("--restorer", action="store_true", help="the small Up-Restorer")
    parser.add_argument("--minutes", type=float, required=True, help="training time in all")
    parser.add_argument("--stop-after", type=float, default=math.inf, help="minutes of this run")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="of the CPU, for the network")
    parser.add_argument("--width", type=int, default=Configuration.width, help="of a denoiser")
    parser.add_argument("--batch", type=int, default=8, help="crops of --crop pixels")
    parser.add_argument("--crop", type=int, default=64)
    parser.add_argument("--final-crop", type=int, default=128, help="in the last --final share")
    parser.add_argument("--final", type=float, default=0.2)
    parser.add_argument("--pool", type=int, default=400, help="images held")
    parser.add_argument("--pool-side", type=int, default=256, help="their height and width")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw images")
    parser.add_argument("--renew", type=int, default=10, help="steps per new image")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--report", type=float, default=1, help="minutes between reports")
    parser.add_argument("--decay", type=float, default=0.999, help="of the averaged weights")
    parser.add_argument("--compile", action="store_true", help="compile the network")
    return parser.parse_args()


@dataclass
class Training:
    """All that a checkpoint holds."""

    network: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer
    seconds: float = 0.0
    steps: int = 0
    path: Path = field(default=Path("checkpoint.pt"))

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "seconds": self.seconds,
            "steps": self.steps,
        }
        partial = self.path.with_suffix(".tmp")
        torch.save(state, partial)
        os.replace(partial, self.path)

    def restore(self) -> None:
        if not self.path.exists():
            return
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.seconds, self.steps = state["seconds"], state["steps"]

    def export(self, path: Path) -> None:
        """Writes the averaged weights as float16."""
        tensors = {k: v.half().contiguous() for k, v in self.average.state_dict().items()}
        save_file(tensors, path, metadata={"format": "pt"})


def start(task: Task, options: argparse.Namespace) -> Training:
    torch.manual_seed(options.seed)
    network = task.network().to(options.device)
    for parameter in network.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    average = task.network().to(options.device)
    average.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(
        network.parameters(), options.rate, betas=(0.9, 0.99), weight_decay=1e-4, fused=True
    )
    options.out.mkdir(parents=True, exist_ok=True)
    training = Training(network, average, optimizer, path=options.out / "checkpoint.pt")
    training.restore()
    return training


def step(training: Training, value: Tensor, decay: float) -> None:
    """One update of the weights down the gradient of the loss `value`, and of their average."""
    training.optimizer.zero_grad(set_to_none=True)
    value.backward()
    parameters = list(training.network.parameters())
    torch.nn.utils.clip_grad_norm_(parameters, 0.1)
    training.optimizer.step()
    training.steps += 1
    weight = 1 - min(decay, (1 + training.steps) / (10 + training.steps))
    with torch.no_grad():
        torch._foreach_lerp_(list(training.average.parameters()), parameters, weight)


def crop_size(options: argparse.Namespace, progress: float) -> tuple[int, int]:
    """How many crops make a batch, and their height and width."""
    if progress <= 1 - options.final:
        return options.batch, options.crop
    return max(1, options.batch * options.crop**2 // options.final_crop**2), options.final_crop


def held_out(task: Task, device: str) -> Tensor:
    """Validation images (12, planes, 128, 128)."""
    drawn = [task.draw(VALIDATION_SEED + i, 128) for i in range(12)]
    return torch.stack([planes(image) for image in drawn]).to(device).float() / 255


def validate(network: nn.Module, task: Task, images: Tensor) -> list[float]:
    """Mean PSNR in dB over the images for each of the task's inputs."""
    random = torch.Generator(images.device).manual_seed(0)
    with torch.no_grad():
        return [
            decibels(task.restored(network, given), images[:, :3])
            for given in task.judged(images, random)
        ]


def report(
    training: Training, task: Task, options: argparse.Namespace, value: float, images: Tensor
) -> None:
    results = " ".join(f"{d:.2f}" for d in validate(training.average, task, images))
    print(
        f"{training.seconds / 60:6.2f} min  step {training.steps:6d}"
        f"  rate {training.optimizer.param_groups[0]['lr']:.1e}"
        f"  loss {value:+.4f}  PSNR {results}",
        flush=True,
    )
    training.save()
    training.export(options.out / f"{task.name}.safetensors")


def run(training: Training, task: Task, options: argparse.Namespace, pool: Pool) -> None:
    """Trains until the time is over; reports and saves now and then, and at the end."""
    seed = options.seed + training.steps
    choices = torch.Generator().manual_seed(seed)
    random = torch.Generator(options.device).manual_seed(seed)
    images = held_out(task, options.device)
    forward = torch.compile(training.network) if options.compile else training.network
    limit, end = 60 * options.minutes, training.seconds + 60 * options.stop_after
    next_report, value = training.seconds + 60 * options.report, torch.zeros(())
    while training.seconds < min(limit, end):
        begun = time.monotonic()
        progress = training.seconds / limit
        for group in training.optimizer.param_groups:
            group["lr"] = rate(progress, options.rate)
        number, side = crop_size(options, progress)
        crops = partial(pool.crops, side=side, random=choices)
        current = task.objective(forward, crops, number, random, progress)
        step(training, current, options.decay)
        value = value.lerp(current.detach().cpu(), 0.02)
        if training.steps % options.renew == 0:
            pool.renew()
        training.seconds += time.monotonic() - begun
        if training.seconds > next_report:
            report(training, task, options, float(value), images)
            next_report += 60 * options.report
    report(training, task, options, float(value), images)


def chosen_task(options: argparse.Namespace) -> Task:
    if options.restorer:
        return Restoring()
    return Upscaling(options.upscaler) if options.upscaler else Denoising(options.width)


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    task = chosen_task(options)
    training = start(task, options)
    operands = [operand.to(options.device) for operand in task.operands(64)]
    cost = multiply_accumulates(training.network, *operands) / 64**2 / 1000
    number = sum(p.numel() for p in training.network.parameters())
    print(f"{number} parameters, {cost:.1f} kMAC per pixel, on {options.device}", flush=True)
    first = options.seed * 10**6 + training.steps
    device = torch.device(options.device)
    pool = Pool(
        task.draw, options.pool, options.pool_side, first, options.workers, device)
    run(training, task, options, pool)
    pool.close()


if __name__ == "__main__":
    main()
