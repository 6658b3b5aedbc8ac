"""Times the CPU attention kernel and PyTorch's scaled_dot_product_attention, side by side.

    OCL_ICD_VENDORS=FOLDER python attention.py [--rounds 9] [--out FILE.md]

Runs the kernel file itself through pyopencl on PoCL, with the cut that the executor gives it, at
the shapes of diffusion networks. Every round runs both, one after the other. Times are process CPU
time divided by the threads, the least of the rounds, so that a shared machine can be used; a peer's
idle threads that spin count. Operands are float32 and lie as each of them wants; copies are not
counted.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyopencl as cl
import torch

from peers import processor

KERNELS = Path(__file__).resolve().parents[2] / "Kernels"
THREADS = os.cpu_count() or 1
TILE = 32  # queries of a register tile
# Heads, channels of a head, queries, keys.
SHAPES = [
    (8, 40, 4096, 4096), (8, 80, 1024, 1024), (8, 160, 256, 256), (8, 160, 64, 64),
    (8, 40, 4096, 77), (8, 80, 1024, 77), (8, 160, 256, 77), (5, 64, 4096, 4096),
    (10, 64, 1024, 1024), (20, 64, 256, 256), (1, 512, 4096, 4096), (12, 64, 77, 77),
    (16, 64, 257, 257), (16, 80, 257, 257),
]


def source(path: str) -> str:
    text = (KERNELS / path).read_text()
    return re.sub(r'^#include "(.*)"$', lambda match: source(match.group(1)), text, flags=re.M)


def tiles(heads: int, depth: int, queries: int) -> int:
    """The executor's rule, of Lowering/Attention.swift."""
    count = 8
    while count > 1 and (count * TILE * 2 * depth > 131_072
                         or -(-queries // (count * TILE)) * heads < 4 * THREADS):
        count //= 2
    return count


def ours(queue: cl.CommandQueue, shape: tuple[int, ...], tokens: list[np.ndarray]
         ) -> tuple[Callable[[], None], np.ndarray, cl.Buffer]:
    heads, depth, queries, keys = shape
    cut, channels = tiles(heads, depth, queries), heads * depth
    lanes = -(-channels // 16) * 16
    settings = f"#define HEAD {depth}\n#define TILES {cut}\n"
    kernel = cl.Program(queue.context, settings + source("cpu/attention.cl")).build().attention
    memory = cl.mem_flags.COPY_HOST_PTR
    padded = [np.pad(rows, ((0, 0), (0, lanes - channels))) for rows in tokens]
    buffers = [cl.Buffer(queue.context, memory, hostbuf=rows) for rows in padded]
    result = np.zeros((queries, lanes), np.float32)
    y = cl.Buffer(queue.context, memory, hostbuf=result)
    numbers = [np.int32(n) for n in (queries, keys, lanes, lanes, channels)]
    items = (-(-queries // (cut * TILE)), heads, 1)

    def run() -> None:
        kernel(queue, items, (1, 1, 1), *buffers, y, *numbers, np.float32(depth ** -0.5))
        queue.finish()

    return run, result, y


def seconds(run: Callable[[], object]) -> float:
    """CPU time of a thread over enough repeats to be measured."""
    repeats, spent = 0, 0.0
    begun = time.process_time()
    while spent < 0.01:
        run()
        repeats += 1
        spent = time.process_time() - begun
    return spent / repeats / THREADS


def row(queue: cl.CommandQueue, shape: tuple[int, ...], rounds: int) -> str:
    heads, depth, queries, keys = shape
    random = np.random.default_rng(1)
    tokens = [random.standard_normal((n, heads * depth), np.float32)
              for n in (queries, keys, keys)]
    run, result, y = ours(queue, shape, tokens)
    q, k, v = (torch.from_numpy(t).view(1, -1, heads, depth).transpose(1, 2).contiguous()
               for t in tokens)

    def peer() -> torch.Tensor:
        return torch.nn.functional.scaled_dot_product_attention(q, k, v)

    run()
    cl.enqueue_copy(queue, result, y)
    expected = peer().transpose(1, 2).reshape(queries, -1).numpy()
    error = np.abs(result[:, :heads * depth] - expected).max()
    if not error < 1e-5:
        raise SystemExit(f"{shape}: differs from PyTorch by {error}")
    times = [(seconds(run), seconds(peer)) for _ in range(rounds)]
    own, other = (min(column) for column in zip(*times, strict=True))
    rate = 4 * heads * depth * queries * keys / own * 1e-9
    return (f"| {heads} x {depth} | {queries} | {keys} | {own * 1e3:.2f} | {rate:.0f} "
            f"| {other * 1e3:.2f} | {other / own:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    platform = next(p for p in cl.get_platforms() if "Portable" in p.name)
    device = platform.get_devices()[0]
    queue = cl.CommandQueue(cl.Context([device]))
    lines = [
        f"{device.get_info(cl.device_info.DRIVER_VERSION)} (PoCL), PyTorch {torch.__version__}, "
        f"float32, {THREADS} threads, {processor()}, CPU time / threads, least of "
        f"{options.rounds} rounds", "",
        "| heads x channels | queries | keys | ms | GFLOP/s | SDPA ms | SDPA / ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for shape in SHAPES:
        lines.append(row(queue, shape, options.rounds))
        print(lines[-1], flush=True)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
