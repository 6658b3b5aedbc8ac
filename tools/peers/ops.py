"""Times single ops of the engine and of PyTorch, side by side.

    OCL_ICD_VENDORS=FOLDER python ops.py --limpid PATH --out FILE.json [--device 0] [--rounds 5]

PATH is the built command. Every round runs it and then every peer at the same shapes. A matrix
product is compared with `torch.mm` (MKL), which adds no bias; a convolution with both of PyTorch's
layouts; attention with `scaled_dot_product_attention`, on rows that lie as it wants them. Rows go
into FILE.json, see documents.py.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.nn.functional import conv2d, scaled_dot_product_attention

from documents import THREADS, Times, add

CONVOLUTION = re.compile(r"convolution \[1, (\d+), (\d+), (\d+)\] w\[(\d+), (\d+), (\d+), \6\]")
HEADS = re.compile(r"attention of (\d+) heads")
ATTENTION = re.compile(r"attention \[1, (\d+), (\d+), (\d+)\] \[1, \1, (\d+), (\d+)\]")

Peers = dict[str, Callable[[], torch.Tensor]]


def measured(command: str, device: int) -> Iterator[dict]:
    """The rows of `bench --ops`."""
    result = subprocess.run(
        [command, "bench", "--ops", "-g", str(device), "-r", "6", "-o", "jsonl"],
        capture_output=True, text=True, check=True)
    return map(json.loads, result.stdout.splitlines())


def convolution(inputs: int, height: int, width: int, outputs: int, group: int, kernel: int
                ) -> tuple[str, Peers]:
    """What it is called, and its peers. `group`: input channels of a group."""
    name = "depthwise 3x3" if group == 1 else f"convolution {kernel}x{kernel}"
    name = "matrix product" if kernel == 1 else name
    title = f"{name}, {inputs} to {outputs}, {height}x{width}"
    weight, bias = torch.randn(outputs, group, kernel, kernel), torch.randn(outputs)
    if kernel == 1:
        rows = torch.randn(height * width, inputs)
        columns = weight.view(outputs, inputs).t().contiguous()
        result = torch.empty(height * width, outputs)
        return title, {"PyTorch mm": lambda: torch.mm(rows, columns, out=result)}
    image = torch.randn(1, inputs, height, width)
    settings = {"stride": 2 if kernel == 2 else 1, "padding": 0 if kernel == 2 else kernel // 2,
                "groups": inputs // group}
    last = [t.contiguous(memory_format=torch.channels_last) for t in (image, weight)]
    return title, {"PyTorch": lambda: conv2d(image, weight, bias, **settings),
                   "PyTorch channels_last": lambda: conv2d(*last, bias, **settings)}


def attention(heads: int, channels: int, queries: int, keys: int) -> tuple[str, Peers]:
    """What it is called, and its peer. `channels`: of all heads."""
    depth = channels // heads
    q, k, v = (torch.randn(1, heads, tokens, depth) for tokens in (queries, keys, keys))
    return (f"attention, {heads} heads of {depth}, {queries} to {keys} tokens",
            {"PyTorch": lambda: scaled_dot_product_attention(q, k, v)})


def peers(row: dict) -> tuple[str, Peers] | None:
    """Of what there is an equal."""
    if match := CONVOLUTION.match(row["case"]):
        return convolution(*map(int, match.groups()))
    heads, match = HEADS.match(row["op"]), ATTENTION.match(row["case"])
    if heads and match:
        channels, height, width, lines, columns = map(int, match.groups())
        return attention(int(heads[1]), channels, height * width, lines * columns)
    return None


def seconds(run: Callable[[], object]) -> float:
    """The median over enough repeats to be measured."""
    run()
    times: list[float] = []
    while len(times) < 5 or sum(times) < 0.05:
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--device", type=int, default=0, help="of limpid devices")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    times: Times = {}
    with torch.inference_mode():
        for _ in range(options.rounds):
            for row in measured(options.limpid, options.device):
                if (found := peers(row)) is None:
                    continue
                title, equals = found
                own = row["warm"]["median_s"]
                times.setdefault("Limpid", {}).setdefault(title, []).append(own)
                for name, run in equals.items():
                    times.setdefault(name, {}).setdefault(title, []).append(seconds(run))
    if not times:
        raise SystemExit(f"no rows in the output of {options.limpid}")
    add(options.out, options.limpid, "ops", times)


if __name__ == "__main__":
    main()
