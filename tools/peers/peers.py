"""Times the engine and its peers on the same network with the same random weights, side by side.

    python peers.py --limpid PATH [--network nafnet-32] [--size 256] [--rounds 5] [--out FILE.md]

Every round runs each engine once, one after the other, so that all of them see the same machine;
the table gives medians over the rounds and the ratio to ours. An engine's time in a round is the
median of its own repeats. All of them take float32 from host memory and return it there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from networks import NETWORKS, randomised

THREADS = os.cpu_count() or 1


def seconds(run: Callable[[], object], repeats: int) -> float:
    """Median time of `run` in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def limpid(command: str, checkpoint: Path, size: int, repeats: int) -> Callable[[], float]:
    def run() -> float:
        arguments = [command, "bench", str(checkpoint), "--size", f"{size}x{size}",
                     "-r", str(repeats), "--warmup", "1", "--json"]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
        return json.loads(result.stdout)["median_s"]

    return run


def eager(network: torch.nn.Module, image: torch.Tensor, repeats: int) -> Callable[[], float]:
    def run() -> float:
        with torch.inference_mode():
            network(image)
            return seconds(lambda: network(image), repeats)

    return run


def onnx_runtime(path: Path, image: np.ndarray, repeats: int) -> Callable[[], float]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])

    def run() -> float:
        session.run(None, {"image": image})
        return seconds(lambda: session.run(None, {"image": image}), repeats)

    return run


def openvino(path: Path, image: np.ndarray, repeats: int) -> Callable[[], float]:
    import openvino as ov

    settings = {"INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": "f32",
                "PERFORMANCE_HINT": "LATENCY"}
    request = ov.Core().compile_model(path, "CPU", settings).create_infer_request()

    def run() -> float:
        request.infer({0: image})
        return seconds(lambda: request.infer({0: image}), repeats)

    return run


def engines(options: argparse.Namespace, folder: Path) -> dict[str, Callable[[], float]]:
    torch.manual_seed(1)
    torch.set_num_threads(THREADS)
    network = randomised(NETWORKS[options.network]()).eval()
    image = torch.rand(1, 3, options.size, options.size)
    checkpoint, model = folder / "network.safetensors", folder / "network.onnx"
    save_file({k: v.contiguous() for k, v in network.state_dict().items()}, checkpoint)
    torch.onnx.export(network, (image,), model, input_names=["image"], dynamo=False)
    last = network.to(memory_format=torch.channels_last)
    return {
        "Limpid": limpid(options.limpid, checkpoint, options.size, options.repeats),
        "PyTorch": eager(randomised(NETWORKS[options.network]()).eval(), image, options.repeats),
        "PyTorch channels_last": eager(
            last, image.to(memory_format=torch.channels_last), options.repeats),
        "ONNX Runtime": onnx_runtime(model, image.numpy(), options.repeats),
        "OpenVINO": openvino(model, image.numpy(), options.repeats),
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def table(options: argparse.Namespace, times: dict[str, list[float]]) -> str:
    medians = {name: statistics.median(values) for name, values in times.items()}
    lines = [
        f"{options.network}, {options.size}x{options.size}, float32, {THREADS} threads, "
        f"{processor()}, medians of {options.rounds} rounds",
        "",
        "| engine | median s | min s | max s | time / ours |",
        "|---|---|---|---|---|",
    ]
    for name, values in times.items():
        ratio = medians[name] / medians["Limpid"]
        lines.append(f"| {name} | {medians[name]:.3f} | {min(values):.3f} | {max(values):.3f} "
                     f"| {ratio:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--network", choices=sorted(NETWORKS), default="nafnet-32")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        candidates = engines(options, Path(folder))
        times: dict[str, list[float]] = {name: [] for name in candidates}
        for _ in range(options.rounds):
            for name, run in candidates.items():
                times[name].append(run())
    text = table(options, times)
    print(text)
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
