"""Times single ops of the engine and of PyTorch, side by side.

    OCL_ICD_VENDORS=FOLDER python ops.py --limpid PATH [--device 0] [--rounds 5] [--out FILE.md]

PATH is the built command. Every round runs it and then every peer at the same shapes; the
table gives the medians over the rounds. A matrix product is compared with `torch.mm` (MKL), which
adds no bias; a convolution with the better of PyTorch's two layouts.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.nn.functional import conv2d

from peers import processor

THREADS = os.cpu_count() or 1
CASE = re.compile(r"convolution \[1, (\d+), (\d+), (\d+)\] w\[(\d+), (\d+), (\d+), \6\]")
Shape = tuple[int, int, int, int, int, int]  # in, height, width, out, in of a group, kernel


def ours(command: str, device: int) -> dict[Shape, float]:
    """Milliseconds of every convolution."""
    result = subprocess.run(
        [command, "bench", "--ops", "-g", str(device), "-r", "6", "-o", "jsonl"],
        capture_output=True, text=True, check=True)
    rows = {}
    for line in result.stdout.splitlines():
        row = json.loads(line)
        if match := CASE.match(row["case"]):
            rows[tuple(int(n) for n in match.groups())] = row["warm"]["median_s"] * 1e3
    if not rows:
        raise SystemExit(f"no rows in the output of {command}")
    return rows


def peers(shape: Shape) -> dict[str, Callable[[], torch.Tensor]]:
    inputs, height, width, outputs, group, kernel = shape
    weight, bias = torch.randn(outputs, group, kernel, kernel), torch.randn(outputs)
    if kernel == 1:
        rows = torch.randn(height * width, inputs)
        columns = weight.view(outputs, inputs).t().contiguous()
        result = torch.empty(height * width, outputs)
        return {"mm": lambda: torch.mm(rows, columns, out=result)}
    image = torch.randn(1, inputs, height, width)
    settings = {"stride": 2 if kernel == 2 else 1, "padding": 0 if kernel == 2 else kernel // 2,
                "groups": inputs // group}
    last = [t.contiguous(memory_format=torch.channels_last) for t in (image, weight)]
    return {"channels first": lambda: conv2d(image, weight, bias, **settings),
            "channels last": lambda: conv2d(*last, bias, **settings)}


def milliseconds(run: Callable[[], object]) -> float:
    """The median over enough repeats to be measured."""
    run()
    times: list[float] = []
    while len(times) < 5 or sum(times) < 0.05:
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1e3


def kind(shape: Shape) -> str:
    if shape[5] == 1:
        return "matrix product"
    return "depthwise 3x3" if shape[4] == 1 else f"convolution {shape[5]}x{shape[5]}"


def table(shapes: list[Shape], times: dict[Shape, dict[str, list[float]]]) -> Iterator[str]:
    ratios: dict[str, list[float]] = {}
    for shape in shapes:
        medians = {name: statistics.median(values) for name, values in times[shape].items()}
        own = medians.pop("ours")
        best = min(medians, key=medians.__getitem__)
        ratios.setdefault(kind(shape), []).append(medians[best] / own)
        inputs, height, width, outputs, group, kernel = shape
        scale = 4 if kernel == 2 else 1
        rate = 2 * height * width // scale * outputs * group * kernel**2 / own * 1e-6
        yield (f"| {kind(shape)} | {inputs} -> {outputs}, {height} x {width} | {own:.2f} "
               f"| {rate:.0f} | {medians[best]:.2f} ({best}) | {medians[best] / own:.2f} |")
    for name, values in ratios.items():
        mean = math.exp(statistics.fmean(map(math.log, values)))
        yield f"| **{name}** | geometric mean of {len(values)} | | | | **{mean:.2f}** |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--device", type=int, default=0, help="of limpid devices")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    times: dict[Shape, dict[str, list[float]]] = {}
    with torch.inference_mode():
        for _ in range(options.rounds):
            for shape, own in ours(options.limpid, options.device).items():
                row = times.setdefault(shape, {})
                row.setdefault("ours", []).append(own)
                for name, run in peers(shape).items():
                    row.setdefault(name, []).append(milliseconds(run))
    lines = [
        f"float32, {THREADS} threads, {processor()}, PyTorch {torch.__version__}, medians of "
        f"{options.rounds} rounds", "",
        "| op | shape | ms | GFLOP/s | PyTorch ms | PyTorch / ours |", "|---|---|---|---|---|---|",
        *table(list(times), times),
    ]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
