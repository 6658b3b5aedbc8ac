"""What the built-in Up-Restorer learns: to restore by all evaluations of its sampler.

The network estimates the noise in a picture, told the degraded one, and a chain of estimates leads
from noise to the restored picture. A chain goes on here from what the network itself made of it, as
it does when pictures are restored. A batch holds chains at every stage; the loss is that of the clean
picture which follows from an estimate, and of the transmission in the prompts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from degradations import quantised, with_gaussian_noise
from images import scenery
from tasks import Crops
from weather import FIRST_SHARES, SHARES, hazy, rainy, thinned, weathered

sys.path.append(str(Path(__file__).parents[1] / "restatements"))
from c2fdft_sampler import alpha_bars, image, sample  # noqa: E402
from uprestorer import UpRestorer  # noqa: E402

STEPS = 2  # of the sampler, which evaluates the network as often
STAGES = torch.tensor([500, 0])
SHARE_OF_TRANSMISSION = 0.05  # in the loss


@dataclass(frozen=True)
class Phase:
    shares: tuple[float, ...]  # of what is degraded how
    finished: float  # share of the chains; others end with the first evaluation, which decides most
    nearly_clean: float  # squared error below which a decibel counts less


FIRST = Phase(FIRST_SHARES, finished=0.3, nearly_clean=1e-4)
LATER = Phase(SHARES, finished=0.1, nearly_clean=1e-3)
SHARE_OF_FIRST = 0.36  # of the time


class SingleConv2d(nn.Conv2d):
    """Stays in single precision: errors of the first estimate grow in the picture."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


def small() -> UpRestorer:
    """The network as it starts: the first estimate is that of the degraded picture."""
    network = UpRestorer(dim=16, num_blocks=(1, 2, 2, 2), heads=(1, 2, 4, 8))
    network.patch_embed.proj = SingleConv2d(6, 16, 3, padding=1, bias=False)
    network.output = SingleConv2d(32, 3, 3, padding=1, bias=False)
    with torch.no_grad():
        copy_degraded(network)
    for prompt in (network.prompt1, network.prompt2, network.prompt3):
        nn.init.normal_(prompt.prompt_param, 0, 0.1)
        nn.init.ones_(prompt.M)
        nn.init.constant_(prompt.A, 0.8)
        nn.init.zeros_(prompt.fuse[1].weight)
        nn.init.zeros_(prompt.fuse[1].bias)
        prompt.t_layer.register_forward_hook(remember)
    for query in (network.query1, network.query2, network.query3):
        nn.init.normal_(query.components)
    return network


def copy_degraded(network: UpRestorer) -> None:
    """Leads both pictures through the first skip to the last layer, which mixes them so that the
    degraded one follows from the first estimate."""
    signal, deviation = (float(part) for part in mixture(torch.zeros(1, dtype=torch.long)))
    network.output.weight.zero_()
    for colour in range(3):
        for place, part in ((colour, -signal), (3 + colour, 1 - deviation)):
            network.patch_embed.proj.weight[place] = 0
            network.patch_embed.proj.weight[place, place, 1, 1] = 1
            network.output.weight[colour, 16 + place, 1, 1] = part / deviation
    for level in (network.encoder_level1, network.decoder_level1):
        for block in level:
            block.attn.project_out.weight.mul_(0.1)
            block.ffn.project_out.weight.mul_(0.1)


def remember(layer: nn.Module, _: tuple[Tensor], output: Tensor) -> None:
    layer.latest = output


@dataclass
class Chains:
    """As many chains as a batch has images, whose values are in [-1, 1]."""

    clean: Tensor
    degraded: Tensor
    transmission: Tensor  # (n, 1, h, w), in 0...1
    sample: Tensor
    stage: Tensor  # (n), the number of evaluations so far

    @staticmethod
    def begun(scenes: Tensor, shares: tuple[float, ...], random: torch.Generator) -> Chains:
        """From pure noise; `scenes` (n, 4, h, w) are pictures and their depth in 0...1."""
        clean, depth = scenes.split((3, 1), 1)
        degraded, transmission = weathered(clean, depth, shares, random)
        noise = torch.randn(clean.shape, generator=random, device=clean.device)
        stage = torch.zeros(len(clean), dtype=torch.long, device=clean.device)
        return Chains(2 * clean - 1, 2 * degraded - 1, transmission, noise, stage)

    def spread(self) -> None:
        """At all stages alike, as if the network had left the picture degraded."""
        self.stage = torch.arange(len(self.stage), device=self.stage.device) % len(STAGES)
        signal, deviation = mixture(self.stage)
        self.sample = signal * self.degraded + deviation * self.sample

    def put(self, where: Tensor, others: Chains) -> None:
        for name, values in vars(others).items():
            getattr(self, name)[where] = values


def mixture(stage: Tensor) -> tuple[Tensor, Tensor]:
    """How much of picture and noise there is before an evaluation, (n, 1, 1, 1); after the last
    one there is no noise."""
    powers = torch.cat((alpha_bars()[STAGES + 1], torch.ones(1))).to(stage.device)
    power = powers[stage].view(-1, 1, 1, 1)
    return power.sqrt(), (1 - power).sqrt()


@dataclass
class Restoring:
    chains: Chains | None = field(default=None, init=False)
    name = "up-restorer-small"
    draw = staticmethod(scenery)

    def network(self) -> nn.Module:
        return small()

    def operands(self, side: int) -> tuple[Tensor, ...]:
        return torch.zeros(1, 6, side, side), torch.zeros(1)

    def objective(
        self, network: nn.Module, crops: Crops, number: int, random: torch.Generator,
        progress: float,
    ) -> Tensor:
        """Of one evaluation for each of `number` chains, which then are one stage further."""
        phase = FIRST if progress < SHARE_OF_FIRST else LATER
        chains = self.chains
        if chains is None or len(chains.stage) != number:
            self.chains = chains = Chains.begun(crops(number), phase.shares, random)
            chains.spread()
        signal, deviation = mixture(chains.stage)
        times = STAGES.to(chains.stage.device)[chains.stage].float()
        operand = torch.cat((chains.degraded, chains.sample), 1)
        with torch.autocast(operand.device.type, dtype=torch.bfloat16):
            noise = network(operand.contiguous(memory_format=torch.channels_last), times)
        clean = (chains.sample - deviation * noise) / signal
        error = ((clean - chains.clean) / 2).square().mean((1, 2, 3))
        weight = (deviation / signal).clamp(min=1).pow(-0.25).flatten()
        value = 0.05 * (weight * torch.log(error + phase.nearly_clean)).mean()
        value = value + SHARE_OF_TRANSMISSION * self.misjudged(network)
        self.advance(clean.detach(), noise.detach(), crops, phase, random)
        return value

    def misjudged(self, network: nn.Module) -> Tensor:
        """How badly the prompts tell the transmission: the cross entropy, whose least is at it."""
        total = torch.zeros(())
        for prompt in (network.prompt1, network.prompt2, network.prompt3):
            found = prompt.t_layer.latest.float()
            wanted = F.adaptive_avg_pool2d(self.chains.transmission, found.shape[2:])
            total = total + F.binary_cross_entropy_with_logits(found, wanted) / 3
        return total

    def advance(
        self, clean: Tensor, noise: Tensor, crops: Crops, phase: Phase, random: torch.Generator
    ) -> None:
        """Takes the step that follows from the estimates; chains at their end make way."""
        chains = self.chains
        chains.stage = chains.stage + 1
        signal, deviation = mixture(chains.stage)
        chains.sample = signal * clean + deviation * noise
        chance = torch.rand(len(chains.stage), generator=random, device=clean.device)
        ended = (chains.stage == len(STAGES)) | (chance > phase.finished)
        if ended.any():
            chains.put(ended, Chains.begun(crops(int(ended.sum())), phase.shares, random))

    def judged(self, scenes: Tensor, random: torch.Generator) -> list[Tensor]:
        """Haze, rain, and noise of deviation 25."""
        clean, depth = scenes.split((3, 1), 1)
        haze = hazy(clean, thinned(depth, random), random)
        return [
            quantised(haze), quantised(rainy(clean, random)), with_gaussian_noise(clean, 25, random)
        ]

    def restored(self, network: nn.Module, given: Tensor) -> Tensor:
        random = torch.Generator(given.device).manual_seed(0)
        noise = torch.randn(given.shape, generator=random, device=given.device)
        return image(sample(network, given, noise, STEPS)[-1])
