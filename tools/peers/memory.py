"""Compares the device memory of a network's values with the peak that PyTorch's tensors reach.

    python memory.py --limpid PATH [--network restormer] [--size 256] [--promptir NET/model.py]

Ours is `arena_bytes` of `limpid bench --json`: everything but parameters. PyTorch's is the largest
sum of the storages that tensors hold at one time during a run without gradients, parameters and
inputs excluded; buffers inside its kernels are not seen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import weakref
from pathlib import Path

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from networks import NAMES, subject


class Storages(TorchDispatchMode):
    """Adds up the storages of results that are alive."""

    def __init__(self, known: list[torch.Tensor]) -> None:
        super().__init__()
        self.known = {tensor.untyped_storage().data_ptr() for tensor in known}
        self.alive: dict[int, int] = {}
        self.held = self.peak = 0

    def __torch_dispatch__(self, call, types, arguments=(), keywords=None):  # noqa: ANN001, ANN204
        results = call(*arguments, **(keywords or {}))
        for tensor in tree_leaves(results):
            if isinstance(tensor, torch.Tensor):
                self.add(tensor.untyped_storage())
        return results

    def add(self, storage: torch.UntypedStorage) -> None:
        address = storage.data_ptr()
        if address in self.known or address in self.alive:
            return
        self.alive[address] = storage.nbytes()
        self.held += storage.nbytes()
        self.peak = max(self.peak, self.held)
        weakref.finalize(storage, self.drop, address)

    def drop(self, address: int) -> None:
        self.held -= self.alive.pop(address, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--network", choices=NAMES, default="restormer")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--promptir", type=Path, help="net/model.py of va1shn9v/PromptIR")
    options = parser.parse_args()
    chosen = subject(options.network, options.size, options.promptir)
    inputs = tuple(chosen.inputs.values())
    with torch.inference_mode(), Storages([*chosen.module.parameters(), *inputs]) as storages:
        chosen.module(*inputs)
    with tempfile.TemporaryDirectory() as folder:
        model = chosen.save(Path(folder))
        arguments = [options.limpid, "bench", str(model), "-r", "1", "--warmup", "0", "--json",
                     "--size", f"{options.size}x{options.size}"]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
    ours = json.loads(result.stdout)["arena_bytes"]
    print(f"{options.network} {options.size}x{options.size}: ours {ours / 2**20:.0f} MiB, PyTorch "
          f"{storages.peak / 2**20:.0f} MiB, share {ours / storages.peak:.2f}")


if __name__ == "__main__":
    main()
