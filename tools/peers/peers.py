"""Times the engine and its peers on the same networks with the same random weights, side by side.

    python peers.py --limpid PATH --out FILE.json [--network restormer nafnet-32] [--rounds 5]
      [--promptir NET/model.py]

Every round runs each engine once, one after the other, so that all of them see the same machine. An
engine's time in a round is the median of its own repeats. All of them take float32 from host memory
and return it there; those with bf16 in their names compute in it, the others in float32. Rows go
into FILE.json, see documents.py.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from documents import THREADS, add
from networks import NAMES, SIDES, Subject, subject


def seconds(run: Callable[[], object], repeats: int) -> float:
    """Median time of `run` in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def limpid(options: argparse.Namespace, model: Path, size: int) -> Callable[[], float]:
    def run() -> float:
        arguments = [options.limpid, "bench", str(model), "--size", f"{size}x{size}", "-g",
                     options.device, "-r", str(options.repeats), "--warmup", "1", "--json"]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
        return json.loads(result.stdout)["median_s"]

    return run


def in_layout(tensor: torch.Tensor, layout: torch.memory_format) -> torch.Tensor:
    return tensor.contiguous(memory_format=layout) if tensor.dim() == 4 else tensor


def eager(subject: Subject, layout: torch.memory_format, repeats: int, halves: bool = False
          ) -> Callable[[], float]:
    inputs = [in_layout(tensor, layout) for tensor in subject.inputs.values()]

    def run() -> float:
        network = subject.module
        for parameter in network.parameters():  # some have five dimensions
            parameter.data = in_layout(parameter.data, layout)
        precision = torch.autocast("cpu", torch.bfloat16) if halves else contextlib.nullcontext()
        with torch.inference_mode(), precision:
            network(*inputs)
            return seconds(lambda: network(*inputs), repeats)

    return run


def onnx_runtime(subject: Subject, folder: Path, repeats: int) -> Callable[[], float]:
    import onnxruntime

    path = folder / "network.onnx"
    torch.onnx.export(subject.module, tuple(subject.inputs.values()), path,
                      input_names=list(subject.inputs), dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    arrays = {name: tensor.numpy() for name, tensor in subject.inputs.items()}

    def run() -> float:
        session.run(None, arrays)
        return seconds(lambda: session.run(None, arrays), repeats)

    return run


def openvino(subject: Subject, repeats: int, precision: str) -> Callable[[], float]:
    import openvino as ov

    settings = {"INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": precision,
                "PERFORMANCE_HINT": "LATENCY"}
    inputs = tuple(subject.inputs.values())
    model = ov.convert_model(subject.module, example_input=inputs,
                             input=[list(tensor.shape) for tensor in inputs])
    request = ov.Core().compile_model(model, "CPU", settings).create_infer_request()
    arrays = {index: tensor.numpy() for index, tensor in enumerate(inputs)}

    def run() -> float:
        request.infer(arrays)
        return seconds(lambda: request.infer(arrays), repeats)

    return run


def ncnn(subject: Subject, folder: Path, repeats: int) -> Callable[[], float]:
    """What upscalers are run with most often; pnnx converts."""
    import ncnn
    import pnnx

    inputs = tuple(subject.inputs.values())
    pnnx.export(subject.module, str(folder / "network.pt"), inputs, fp16=False)
    net = ncnn.Net()
    net.opt.num_threads = THREADS
    net.opt.use_fp16_storage = net.opt.use_fp16_packed = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.load_param(str(folder / "network.ncnn.param"))
    net.load_model(str(folder / "network.ncnn.bin"))
    arrays = [ncnn.Mat(tensor[0].numpy().copy()) for tensor in inputs]

    def infer() -> None:
        extractor = net.create_extractor()
        for name, array in zip(net.input_names(), arrays):
            extractor.input(name, array)
        code, _ = extractor.extract(net.output_names()[0])
        if code != 0:
            raise RuntimeError(f"ncnn: {code}")

    def run() -> float:
        infer()
        return seconds(infer, repeats)

    return run


def has_bf16() -> bool:
    return " avx512_bf16 " in Path("/proc/cpuinfo").read_text()


def engines(options: argparse.Namespace, name: str, folder: Path
            ) -> dict[str, Callable[[], float]]:
    torch.manual_seed(1)
    torch.set_num_threads(THREADS)
    chosen = subject(name, SIDES[name], options.promptir)
    repeats = options.repeats
    candidates = {
        "Limpid": limpid(options, chosen.save(folder), SIDES[name]),
        "PyTorch": eager(chosen, torch.contiguous_format, repeats),
        "PyTorch channels_last": eager(chosen, torch.channels_last, repeats),
    }
    if has_bf16():
        candidates["PyTorch channels_last bf16"] = eager(
            chosen, torch.channels_last, repeats, halves=True)
    with torch.inference_mode():
        if chosen.fits_onnx:
            candidates["ONNX Runtime"] = onnx_runtime(chosen, folder, repeats)
        candidates["OpenVINO"] = openvino(chosen, repeats, "f32")
        if has_bf16():  # what it takes when it is told nothing
            candidates["OpenVINO bf16"] = openvino(chosen, repeats, "bf16")
        if name == "compact-x2":  # pnnx writes nothing for the others
            candidates["ncnn"] = ncnn(chosen, folder, repeats)
    return candidates


def measure(options: argparse.Namespace, name: str) -> None:
    side = SIDES[name]
    with tempfile.TemporaryDirectory() as folder:
        candidates = engines(options, name, Path(folder))
        times: dict[str, list[float]] = {engine: [] for engine in candidates}
        for _ in range(options.rounds):
            for engine, run in candidates.items():
                times[engine].append(run())
                print(f"{name}, {engine}: {times[engine][-1]:.3f} s", file=sys.stderr, flush=True)
    title = f"{name}, {side}x{side}"
    add(options.out, options.limpid, "networks",
        {engine: {title: seconds} for engine, seconds in times.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--device", default="0", help="of limpid devices")
    parser.add_argument("--network", nargs="+", choices=NAMES, default=["nafnet-32"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--promptir", type=Path, help="net/model.py of va1shn9v/PromptIR")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for name in options.network:
        measure(options, name)


if __name__ == "__main__":
    main()
