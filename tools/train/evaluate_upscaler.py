"""Compares an upscaler with bicubic and Lanczos enlargement on photographs, as a markdown table.

Each photograph is cut to whole multiples of the scale and shrunk by Pillow, by two filters and once
with JPEG of quality 75 after that; whoever enlarges is told neither. PSNR is in dB over all channels,
of results rounded to 8 bits, without `scale` pixels at the borders.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from evaluate import by_command, mean, psnr

Array = np.ndarray
PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
INPUTS = {
    "bicubic": (Image.Resampling.BICUBIC, None),
    "Lanczos": (Image.Resampling.LANCZOS, None),
    "bicubic, JPEG": (Image.Resampling.BICUBIC, 75),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="*", type=Path, help="colour images beside the built-in")
    parser.add_argument("--scale", type=int, choices=(2, 4), required=True)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--weights", type=Path)
    chosen.add_argument("--command", help="enlarges {input}, a PNG, into {output}")
    parser.add_argument("--side", type=int, default=384, help="of the middle that is compared")
    return parser.parse_args()


def network(weights: Path, scale: int) -> Callable[[Array], Array]:
    import torch
    from safetensors.torch import load_file

    from upscaler import SRVGGNetCompact

    net = SRVGGNetCompact(scale)
    net.load_state_dict({key: tensor.float() for key, tensor in load_file(weights).items()})

    def enlarged(small: Array) -> Array:
        with torch.no_grad():
            image = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
            result = net(image)[0].permute(1, 2, 0).numpy()
        return np.clip(np.rint(result * 255), 0, 255).astype(np.uint8)

    return enlarged


def middle(photo: Array, side: int, scale: int) -> Array:
    """At most `side` pixels on each side, and a whole multiple of `scale`."""
    height, width = (min(extent, side) // scale * scale for extent in photo.shape[:2])
    top, left = (photo.shape[0] - height) // 2, (photo.shape[1] - width) // 2
    return photo[top : top + height, left : left + width, :3]


def shrunk(photo: Array, scale: int, filter: Image.Resampling, quality: int | None) -> Array:
    size = (photo.shape[1] // scale, photo.shape[0] // scale)
    small = Image.fromarray(photo).resize(size, filter)
    if quality is not None:
        held = io.BytesIO()
        small.save(held, "JPEG", quality=quality)
        small = Image.open(held).convert("RGB")
    return np.asarray(small)


def resampled(small: Array, scale: int, filter: Image.Resampling) -> Array:
    size = (small.shape[1] * scale, small.shape[0] * scale)
    return np.asarray(Image.fromarray(small).resize(size, filter))


def scores(photo: Array, options: argparse.Namespace, ours: Callable[[Array], Array]
           ) -> dict[str, dict[str, float]]:
    """PSNR of each method for each kind of input."""
    scale = options.scale
    clean = middle(photo, options.side, scale)
    inner = (slice(scale, -scale), slice(scale, -scale))
    found = {}
    for name, (filter, quality) in INPUTS.items():
        small = shrunk(clean, scale, filter, quality)
        results = {
            "bicubic": resampled(small, scale, Image.Resampling.BICUBIC),
            "Lanczos": resampled(small, scale, Image.Resampling.LANCZOS),
            "ours": ours(small),
        }
        found[name] = {key: psnr(clean[inner], value[inner]) for key, value in results.items()}
    return found


def main() -> None:
    options = arguments()
    ours = (partial(by_command, options.command) if options.command
            else network(options.weights, options.scale))
    photos = {name: getattr(data, name)() for name in PHOTOGRAPHS}
    photos |= {path.stem: np.asarray(Image.open(path).convert("RGB")) for path in options.images}
    print("| photograph | shrunk by | bicubic | Lanczos | ours | ours - better of them |")
    print("|---|---|---|---|---|---|")
    rows = [(name, kind, found) for name, photo in photos.items()
            for kind, found in scores(photo, options, ours).items()]
    rows += [("mean", kind, mean([found for _, of, found in rows if of == kind]))
             for kind in INPUTS]
    for name, kind, found in rows:
        margin = found["ours"] - max(found["bicubic"], found["Lanczos"])
        print(f"| {name} | {kind} | {found['bicubic']:.2f} | {found['Lanczos']:.2f} "
              f"| {found['ours']:.2f} | {margin:+.2f} |")


if __name__ == "__main__":
    main()
