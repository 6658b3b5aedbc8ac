"""Documents of measurements, one for each machine and commit.

They have the form of `limpid report --json`: versions, and under `devices` an entry for each engine
with `ops` and `networks`, rows of a name and seconds. `tools/report-tables` makes tables of them.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable
from pathlib import Path

THREADS = os.cpu_count() or 1
PACKAGES = ["torch", "onnxruntime", "openvino", "ncnn", "llama-cpp-python"]

Times = dict[str, dict[str, list[float]]]  # engine -> name of a row -> seconds of the rounds


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def facts(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def versions(command: str) -> list[tuple[str, str]]:
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()
    opencl = [line.split(": ", 1)[1] for line in lines if line.startswith("OpenCL: ")]
    own = [("limpid", lines[0]), *(("OpenCL", driver) for driver in opencl)]
    machine = [("processor", processor()), ("threads", str(THREADS))]
    return own + machine + list(installed())


def installed() -> Iterable[tuple[str, str]]:
    """The packages that are there: language.py needs one of them alone."""
    for name in PACKAGES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass


def row(name: str, seconds: list[float]) -> dict[str, object]:
    """Of six rounds and more, the least and the most enclose the median of all with 95 %."""
    return {"name": name, "median": statistics.median(seconds), "low": min(seconds),
            "high": max(seconds)}


def add(path: Path, command: str, topic: str, times: Times) -> None:
    """Puts rows of a topic, `ops` or `networks`, into a document in place of older ones."""
    devices = json.loads(path.read_text())["devices"] if path.exists() else []
    for engine, rows in times.items():
        device = next((device for device in devices if device["name"] == engine), None)
        if device is None:
            device = {"name": engine, "ops": [], "networks": []}
            devices.append(device)
        kept = [old for old in device[topic] if old["name"] not in rows]
        device[topic] = kept + [row(name, seconds) for name, seconds in rows.items()]
    document = {"format": 1, "versions": facts(versions(command)), "devices": devices}
    path.write_text(json.dumps(document, indent=2) + "\n")
