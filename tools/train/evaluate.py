"""Compares the denoiser with non-local means and BM3D on photographs, as a markdown table.

White noise of known deviation is added to each photograph, clipped and rounded to 8 bits. The two
classical methods are told the deviation; the denoiser is not. PSNR is in dB over all channels, of
results rounded to 8 bits.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from skimage import data, io
from skimage.restoration import denoise_nl_means

from model import Configuration, NAFNet

Array = np.ndarray
SIGMAS = (15, 25, 50)
PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
METHODS = ("noisy", "NLM", "BM3D", "ours")
NLM_SETTINGS = ((0.6, False), (0.6, True), (0.8, True))  # h as a share of sigma, fast mode


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="*", type=Path, help="colour images beside the built-in")
    parser.add_argument("--weights", type=Path, default=Path("out/denoiser.safetensors"))
    parser.add_argument("--command", help="restores {input}, a PNG, into {output}")
    parser.add_argument("--cache", type=Path, help="folder that keeps the classical results")
    parser.add_argument("--skip-bm3d", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def noisy_version(clean: Array, sigma: float, seed: int) -> Array:
    """`clean` and the result are uint8."""
    noise = np.random.default_rng(seed).normal(0, sigma, clean.shape)
    return eight_bits((clean + noise) / 255)


def eight_bits(image: Array) -> Array:
    return np.clip(np.rint(image * 255), 0, 255).astype(np.uint8)


def psnr(first: Array, second: Array) -> float:
    difference = first.astype(np.float64) - second
    return float(10 * np.log10(255**2 / np.mean(difference**2)))


def non_local_means(clean: Array, noisy: Array, sigma: float) -> Array:
    """The best result of `NLM_SETTINGS`, chosen with the clean image: a bound in its favour."""
    deviation = sigma / 255
    results = [
        denoise_nl_means(
            noisy / 255, patch_size=5, patch_distance=6, h=strength * deviation,
            sigma=deviation, fast_mode=fast, channel_axis=-1,
        )
        for strength, fast in NLM_SETTINGS
    ]
    return max((eight_bits(r) for r in results), key=lambda result: psnr(clean, result))


def block_matching(clean: Array, noisy: Array, sigma: float) -> Array:
    import bm3d  # slow to load, and not needed with --skip-bm3d

    return eight_bits(bm3d.bm3d_rgb(noisy / 255, sigma / 255))


def kept(folder: Path | None, name: str, noisy: Array, compute: Callable[[], Array]) -> Array:
    """A result from `folder` if it has one for this input, else computes (and keeps) it."""
    if folder is None:
        return compute()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{hashlib.sha256(noisy.tobytes()).hexdigest()[:16]}.npy"
    if not path.exists():
        np.save(path, compute())
    return np.load(path)


def network(weights: Path) -> NAFNet:
    """The network in float32 with its width read off the weights."""
    tensors = load_file(weights)
    result = NAFNet(Configuration(width=tensors["intro.bias"].numel()))
    result.load_state_dict({key: tensor.float() for key, tensor in tensors.items()})
    return result.eval()


def by_network(denoiser: NAFNet, noisy: Array) -> Array:
    with torch.no_grad():
        image = torch.from_numpy(noisy).permute(2, 0, 1)[None].float() / 255
        return eight_bits(denoiser(image)[0].permute(1, 2, 0).numpy())


def by_command(command: str, noisy: Array) -> Array:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "input.png"), Path(folder, "output.png")
        io.imsave(source, noisy, check_contrast=False)
        words = [w.format(input=source, output=target) for w in shlex.split(command)]
        subprocess.run(words, check=True)
        return io.imread(target)[..., :3]


def photographs(options: argparse.Namespace) -> dict[str, Array]:
    pictures = {name: getattr(data, name)() for name in PHOTOGRAPHS}
    return pictures | {path.stem: io.imread(path)[..., :3] for path in options.images}


def measure(options: argparse.Namespace) -> dict[tuple[str, int], dict[str, float]]:
    """PSNR of every method for every photograph and deviation."""
    if options.command:
        ours = partial(by_command, options.command)
    else:
        ours = partial(by_network, network(options.weights))
    classical = {"NLM": non_local_means, "BM3D": block_matching}
    if options.skip_bm3d:
        del classical["BM3D"]
    scores = {}
    for name, clean in photographs(options).items():
        for sigma in SIGMAS:
            noisy = noisy_version(clean, sigma, options.seed)
            results = {"noisy": noisy, "ours": ours(noisy)}
            for method, function in classical.items():
                results[method] = kept(
                    options.cache, method, noisy, partial(function, clean, noisy, sigma)
                )
            scores[name, sigma] = {m: psnr(clean, result) for m, result in results.items()}
    return scores


def table(scores: dict[tuple[str, int], dict[str, float]]) -> str:
    """One row per photograph and deviation, then the means and the margins."""
    methods = [m for m in METHODS if m in next(iter(scores.values()))]
    rivals = [m for m in ("NLM", "BM3D") if m in methods]
    header = ["photograph", "sigma", *methods, *(f"ours - {m}" for m in rivals)]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]

    def row(name: str, sigma: str, values: dict[str, float]) -> None:
        numbers = [f"{values[m]:.2f}" for m in methods]
        margins = [f"{values['ours'] - values[m]:+.2f}" for m in rivals]
        lines.append("| " + " | ".join([name, sigma, *numbers, *margins]) + " |")

    for (name, sigma), values in scores.items():
        row(name, str(sigma), values)
    for sigma in SIGMAS:
        row("mean", str(sigma), mean([v for (_, s), v in scores.items() if s == sigma]))
    row("mean", "all", mean(list(scores.values())))
    return "\n".join(lines)


def mean(scores: list[dict[str, float]]) -> dict[str, float]:
    return {method: float(np.mean([s[method] for s in scores])) for method in scores[0]}


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    print(table(measure(options)))


if __name__ == "__main__":
    main()
