"""Times the language model of LLaVA-1.5 in the engine and in llama.cpp, side by side, on one GGUF file.

    OCL_ICD_VENDORS=FOLDER python language.py --limpid PATH --model FOLDER --out FILE.json
        [--device cpu] [--dtype f32] [--rounds 5]

FOLDER holds the model's file and that of the tower (mmproj*.gguf), as `tools/random-llava` writes them.
Both engines have all processors; every round starts a process of each for every figure. Rows go into
FILE.json, see documents.py:

- a token: what further tokens add to a text;
- a prompt: of the engine what a second picture adds, the tower included; of llama.cpp as many tokens;
- the first token: from the start of the process.

llama.cpp is to be built for the processor at hand: what it says of itself is printed.
"""

from __future__ import annotations

import argparse
import json
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from documents import THREADS, Times, add

PROMPT = 640  # tokens: 576 of a picture and those of the question around them
FEW, MANY = 2, 34  # tokens of the texts whose times are subtracted


def llama(model: Path) -> None:
    """In a process of its own: a line when the first token is known, then the times."""
    from llama_cpp import Llama, llama_print_system_info

    engine = Llama(
        str(model), n_ctx=1024, n_batch=PROMPT, n_ubatch=PROMPT, n_threads=THREADS,
        n_threads_batch=THREADS, verbose=False)
    begun = time.perf_counter()
    engine.eval([1] + [1000 + 7 * token for token in range(PROMPT - 1)])
    token = engine.sample(temp=0.0)
    prompt = time.perf_counter() - begun
    print("first", flush=True)
    begun = time.perf_counter()
    for _ in range(MANY - FEW):
        engine.eval([token])
        token = engine.sample(temp=0.0)
    decoding = (time.perf_counter() - begun) / (MANY - FEW)
    said = llama_print_system_info().decode()
    print(json.dumps({"prompt": prompt, "token": decoding, "system": said}))


def llama_times(model: Path) -> dict[str, float]:
    begun = time.perf_counter()
    command = [sys.executable, __file__, "--llama", str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        first = time.perf_counter() - begun
        times = json.loads(process.stdout.readline())
    print(times.pop("system"), file=sys.stderr)
    return times | {"first": first}


def own_times(options: argparse.Namespace, pictures: list[Path]) -> dict[str, float]:
    def seconds(tokens: int, count: int = 1) -> float:
        begun = time.perf_counter()
        subprocess.run(
            [options.limpid, "describe", "-m", options.model, "-g", options.device, "--dtype",
             options.dtype, "--max-tokens", str(tokens), "-q", *pictures[:count]],
            check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun

    first = seconds(1)
    return {"first": first, "prompt": seconds(1, 2) - first,
            "token": (seconds(MANY) - seconds(FEW)) / (MANY - FEW)}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def written_pictures(folder: Path) -> list[Path]:
    """Two PNG files that differ."""
    paths = [folder / "a.png", folder / "b.png"]
    for index, path in enumerate(paths):
        lines = b"".join(
            b"\0" + bytes((x * (index + 3) + y) % 256 for x in range(336 * 3)) for y in range(336))
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 336, 336, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
    return paths


def main() -> None:
    if sys.argv[1:2] == ["--llama"]:
        return llama(Path(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limpid", required=True, help="the built command")
    parser.add_argument("--model", type=Path, required=True, help="a folder of GGUF files")
    parser.add_argument("--device", default="cpu", help="of limpid devices")
    parser.add_argument("--dtype", choices=["f32", "f16"], default="f32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = next(p for p in options.model.glob("*.gguf") if not p.name.startswith("mmproj"))
    titles = {"token": f"a token of {model.stem}", "prompt": f"a prompt of {model.stem}",
              "first": f"the first token of {model.stem}"}
    times: Times = {}
    with tempfile.TemporaryDirectory() as folder:
        pictures = written_pictures(Path(folder))
        for _ in range(options.rounds):
            for engine, row in [("Limpid", own_times(options, pictures)),
                                ("llama.cpp", llama_times(model))]:
                for key, value in row.items():
                    times.setdefault(engine, {}).setdefault(titles[key], []).append(value)
    add(options.out, options.limpid, "networks", times)
    for engine, rows in times.items():
        for title, values in rows.items():
            print(f"{engine}: {title}: {sorted(values)[len(values) // 2]:.3f} s")


if __name__ == "__main__":
    main()
