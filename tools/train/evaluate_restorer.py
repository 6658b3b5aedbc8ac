"""Compares photographs before and after the small Up-Restorer by what was wrong with them, as a
markdown table.

Haze is the scattering model: the motorcycle's distances were measured, the others' grow with the
height in the picture. Rain is thresholded noise drawn out along one direction and added, and shares
no code with the training's. PSNR is in dB over all channels, of results rounded to 8 bits.
With --weights there is a column for each evaluation of the sampler: the picture that it estimates.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from scipy.ndimage import distance_transform_edt, rotate, uniform_filter1d
from skimage import data, io
from torch import Tensor

from evaluate import by_command, eight_bits, mean, noisy_version, photographs, psnr

sys.path.append(str(Path(__file__).parents[1] / "restatements"))
from c2fdft_sampler import alpha_bars, image, sample  # noqa: E402
from restoring import STEPS, small  # noqa: E402

Array = np.ndarray
SIDE = 384  # of the middle that is compared
AIRLIGHT = np.array([0.86, 0.88, 0.9])
DENSITY = 1.2  # of haze over the farthest distance
LENGTH = 15  # of streaks, in pixels


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="*", type=Path, help="colour images beside the built-in")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--weights", type=Path)
    chosen.add_argument("--command", help="restores {input}, a PNG, into {output}")
    parser.add_argument(
        "--pictures", type=Path,
        help="of --weights: folder for pictures before, after, their transmission, and clean")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def measured_scene() -> tuple[Array, Array]:
    """A photograph and its distances, whose gaps have those of the nearest neighbour."""
    photo, _, disparity = data.stereo_motorcycle()
    known = np.isfinite(disparity) & (disparity > 0)
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    distance = 1 / disparity[tuple(nearest)]
    return photo[..., :3], distance / distance.max()


def height_as_distance(photo: Array) -> Array:
    rows = np.linspace(1, 0.2, photo.shape[0])[:, None]
    return np.broadcast_to(rows, photo.shape[:2])


def middle(plane: Array) -> Array:
    """Cut at most `SIDE` pixels high and wide."""
    top, left = (max(0, (extent - SIDE) // 2) for extent in plane.shape[:2])
    return plane[top : top + SIDE, left : left + SIDE]


def scenes(options: argparse.Namespace) -> dict[str, tuple[Array, Array]]:
    """Photographs, uint8, with distances in 0...1."""
    found = {
        name: (photo, height_as_distance(photo)) for name, photo in photographs(options).items()}
    found["motorcycle"] = measured_scene()
    return {name: (middle(photo), middle(depth)) for name, (photo, depth) in found.items()}


def hazy(photo: Array, depth: Array) -> Array:
    transmission = np.exp(-DENSITY * depth)[..., None]
    return eight_bits(photo / 255 * transmission + AIRLIGHT * (1 - transmission))


def rainy(photo: Array, seed: int) -> Array:
    """Noise above a threshold, drawn out vertically and turned."""
    random = np.random.default_rng(seed)
    angle, side = random.uniform(-25, 25), 2 * max(photo.shape[:2])
    noise = random.standard_normal((side, side))
    drops = uniform_filter1d(np.where(noise > 2.2, noise - 1.5, 0), LENGTH, axis=0)
    turned = rotate(drops, angle, reshape=False, order=1)
    top, left = ((side - extent) // 2 for extent in photo.shape[:2])
    streaks = turned[top : top + photo.shape[0], left : left + photo.shape[1], None]
    return eight_bits(photo / 255 + 2.0 * streaks)


def degraded(photo: Array, depth: Array, seed: int) -> dict[str, Array]:
    haze, rain = hazy(photo, depth), rainy(photo, seed)
    noisy = {f"noise {sigma}": noisy_version(photo, sigma, seed) for sigma in (15, 25, 50)}
    return {"haze": haze, "rain": rain} | noisy | {
        "haze and rain": rainy(haze, seed), "rain, noise 15": noisy_version(rain, 15, seed)}


class Restorer:
    """The restatement under its sampler; keeps what each evaluation says of the picture."""

    def __init__(self, weights: Path) -> None:
        self.network = small().eval()
        self.network.load_state_dict({k: v.float() for k, v in load_file(weights).items()})
        self.estimates: list[Tensor] = []

    def __call__(self, photo: Array) -> Array:
        given = torch.from_numpy(photo).permute(2, 0, 1)[None].float() / 255
        bottom, right = (-extent % 8 for extent in photo.shape[:2])
        padded = F.pad(given, (0, right, 0, bottom), mode="reflect")
        noise = torch.randn(padded.shape, generator=torch.Generator().manual_seed(0))
        self.estimates = []
        return shown(sample(self.noise, padded, noise, STEPS)[-1], photo)

    def noise(self, operand: Tensor, time: Tensor) -> Tensor:
        found = self.network(operand, time)
        power = alpha_bars()[int(time[0]) + 1]
        self.estimates.append((operand[:, 3:] - (1 - power).sqrt() * found) / power.sqrt())
        return found

    def transmission(self, photo: Array) -> Array:
        """Of the picture restored last, at the finest prompt."""
        found = torch.sigmoid(self.network.prompt1.t_layer.latest)
        return shown(2 * F.interpolate(found, scale_factor=2, mode="bilinear") - 1, photo)


def shown(x: Tensor, photo: Array) -> Array:
    return eight_bits(image(x)[0].permute(1, 2, 0).numpy()[: photo.shape[0], : photo.shape[1]])


def write(folder: Path, name: str, *pictures: Array) -> None:
    """Pictures of one size beside each other."""
    folder.mkdir(parents=True, exist_ok=True)
    coloured = [np.broadcast_to(picture, (*picture.shape[:2], 3)) for picture in pictures]
    io.imsave(folder / f"{name}.png", np.hstack(coloured), check_contrast=False)


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    restorer = Restorer(options.weights) if options.weights else None
    restored = restorer or partial(by_command, options.command)
    rows: dict[tuple[str, str], dict[str, float]] = {}
    for name, (photo, depth) in scenes(options).items():
        for kind, given in degraded(photo, depth, options.seed).items():
            result = restored(given)
            scores = {"before": psnr(photo, given)}
            if restorer:
                scores |= {f"{number}": psnr(photo, shown(estimate, photo))
                           for number, estimate in enumerate(restorer.estimates, 1)}
            rows[name, kind] = scores | {"after": psnr(photo, result)}
            if options.pictures and restorer:
                write(options.pictures, f"{name}-{kind}", given, result,
                      restorer.transmission(photo), photo)
    kinds = dict.fromkeys(kind for _, kind in rows)
    means = {("mean", kind): mean([found for (_, of), found in rows.items() if of == kind])
             for kind in kinds}
    print(table(rows | means))


def table(rows: dict[tuple[str, str], dict[str, float]]) -> str:
    methods = list(next(iter(rows.values())))
    lines = ["| photograph | degraded by | " + " | ".join([*methods, "gain"]) + " |",
             "|" + "---|" * (len(methods) + 3)]
    for names, found in rows.items():
        numbers = [f"{found[method]:.2f}" for method in methods]
        gain = f"{found['after'] - found['before']:+.2f}"
        lines.append("| " + " | ".join([*names, *numbers, gain]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
