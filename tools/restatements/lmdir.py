"""LMDIR (arXiv 2407.13181) in PyTorch, written from its equations; no public code exists.

`Reading` holds the points that the paper leaves open; `LITERAL` is the equations as printed.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class Reading:
    keeps_norms: bool = True
    content_residual: bool = True
    content_scale: float = 1.0
    lra_softmax: str = "channels"
    scale_plus_one: bool = False
    prompt_residuals: bool = True
    prompt_projects: bool = True


LITERAL = Reading(
    keeps_norms=False, content_residual=False, lra_softmax="pixels", prompt_residuals=False,
    prompt_projects=False)


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(
        inputs, outputs, kernel, stride=stride, padding=kernel // 2, groups=groups, bias=False)


class Body(nn.Module):
    """LayerNorm over the channels of every pixel, with gain and shift."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))


class ChannelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = Body(channels)

    def forward(self, x):
        y = F.layer_norm(
            x.movedim(1, -1), x.shape[1:2], self.body.weight, self.body.bias, eps=1e-5)
        return y.movedim(-1, 1)


def covariance(q, k, v, temperature):
    """Transposed attention: every head's channels attend to each other (MDTA)."""
    heads = temperature.shape[0]
    shape = v.shape
    q, k, v = (t.reshape(t.shape[0], heads, t.shape[1] // heads, -1) for t in (q, k, v))
    scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1) * temperature
    return (scores.softmax(-1) @ v).reshape(shape)


class TransposedAttention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = conv(channels, 3 * channels, 1)
        self.qkv_dwconv = conv(3 * channels, 3 * channels, 3, groups=3 * channels)
        self.project_out = conv(channels, channels, 1)

    def forward(self, x):
        q, k, v = self.qkv_dwconv(self.qkv(x)).chunk(3, 1)
        return self.project_out(covariance(q, k, v, self.temperature))


class GatedFeedForward(nn.Module):
    def __init__(self, channels, factor):
        super().__init__()
        hidden = int(channels * factor)
        self.project_in = conv(channels, 2 * hidden, 1)
        self.dwconv = conv(2 * hidden, 2 * hidden, 3, groups=2 * hidden)
        self.project_out = conv(hidden, channels, 1)

    def forward(self, x):
        a, b = self.dwconv(self.project_in(x)).chunk(2, 1)
        return self.project_out(F.gelu(a) * b)


class Block(nn.Module):
    """Restormer's transformer block; the others replace how its parts are joined."""

    def __init__(self, channels, heads, factor, has_norms=True):
        super().__init__()
        if has_norms:
            self.norm1, self.norm2 = ChannelNorm(channels), ChannelNorm(channels)
        self.has_norms = has_norms
        self.attn = TransposedAttention(channels, heads)
        self.ffn = GatedFeedForward(channels, factor)

    def norm(self, name, x):
        return getattr(self, name)(x) if self.has_norms else x

    def forward(self, x):
        x = x + self.attn(self.norm("norm1", x))
        return x + self.ffn(self.norm("norm2", x))


class DegradationAware(Block):
    """Equations 8 to 13."""

    def __init__(self, channels, heads, factor, text_width, reading):
        super().__init__(channels, heads, factor, reading.keeps_norms)
        self.offset = 1.0 if reading.scale_plus_one else 0.0
        self.dea = nn.ModuleDict({
            "adapt": nn.Linear(text_width, channels), "linear": nn.Linear(channels, 6 * channels)})

    def forward(self, x, prior):
        modulation = self.dea["linear"](F.silu(self.dea["adapt"](prior)))
        parts = modulation[:, :, None, None].chunk(6, 1)
        gate_a, gate_f, scale_a, shift_a, scale_f, shift_f = parts
        gate_a, gate_f, scale_a, scale_f = (
            part + self.offset for part in (gate_a, gate_f, scale_a, scale_f))
        y = gate_a * self.attn(scale_a * self.norm("norm1", x) + shift_a) + x
        return gate_f * self.ffn(scale_f * self.norm("norm2", y) + shift_f) + y


class ContentAware(Block):
    """Equations 14 to 20."""

    def __init__(self, channels, heads, factor, text_width, reading):
        super().__init__(channels, heads, factor, reading.keeps_norms)
        self.reading = reading
        if reading.keeps_norms:
            self.norm_ref = ChannelNorm(channels)
        self.ref_mlp = nn.Sequential(
            nn.Linear(text_width, channels), nn.GELU(), nn.Linear(channels, channels))
        names = ("to_q", "to_k", "to_v")
        self.ra = nn.ModuleDict(
            {name: nn.Linear(channels, channels, bias=False) for name in names})

    def forward(self, x, content):
        y = self.attn(self.norm("norm1", x)) + x
        words = self.ref_mlp(content)
        q = self.ra["to_q"](self.norm("norm_ref", y).flatten(2).mT)
        scores = q @ self.ra["to_k"](words).mT * self.reading.content_scale
        attended = scores.softmax(-1) @ self.ra["to_v"](words)
        z = attended.mT.reshape(y.shape) + y
        result = self.ffn(self.norm("norm2", z))
        return result + z if self.reading.content_residual else result


class LocalReferenceAttention(nn.Module):
    """Equations 26 to 28."""

    def __init__(self, channels, softmax):
        super().__init__()
        self.w1, self.w2, self.wa = (conv(channels, channels, 3) for _ in range(3))
        self.softmax = softmax

    def forward(self, x, reference):
        own, other = self.w2(F.relu(self.w1(x))), self.w2(F.relu(self.w1(reference)))
        scores = self.wa(own + other)
        if self.softmax == "channels":
            return own + scores.softmax(1) * other
        return own + scores.flatten(2).softmax(-1).reshape(scores.shape) * other


class GlobalReferenceAttention(nn.Module):
    """Equation 29."""

    def __init__(self, channels, heads):
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.q = conv(channels, channels, 1)
        self.q_dwconv = conv(channels, channels, 3, groups=channels)
        self.kv = conv(channels, 2 * channels, 1)
        self.kv_dwconv = conv(2 * channels, 2 * channels, 3, groups=2 * channels)
        self.project_out = conv(channels, channels, 1)

    def forward(self, x, reference):
        k, v = self.kv_dwconv(self.kv(reference)).chunk(2, 1)
        return self.project_out(covariance(self.q_dwconv(self.q(x)), k, v, self.temperature))


class ReferenceBased(Block):
    """Equations 21 to 25."""

    def __init__(self, channels, heads, factor, reading):
        super().__init__(channels, heads, factor, reading.keeps_norms)
        if reading.keeps_norms:
            self.norm_ref = ChannelNorm(channels)
        self.lra = LocalReferenceAttention(channels // 2, reading.lra_softmax)
        self.gra = GlobalReferenceAttention(channels // 2, heads)
        self.theta = conv(channels, channels, 1)

    def forward(self, x, reference):
        y = self.attn(self.norm("norm1", x)) + x
        local, rest = self.norm("norm_ref", y).chunk(2, 1)
        joined = torch.cat([self.lra(local, reference), self.gra(rest, reference)], 1)
        z = self.theta(joined) + y
        return self.ffn(self.norm("norm2", z)) + z


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = conv(channels, channels, 3), conv(channels, channels, 3)
        self.prelu = nn.PReLU()

    def forward(self, x):
        return x + self.conv2(self.prelu(self.conv1(x)))


class ImageEncoder(nn.Module):
    def __init__(self, channels, dim, text_width):
        super().__init__()
        self.conv_in = conv(channels, dim, 3)
        self.blocks = nn.ModuleList([Residual(dim << level) for level in range(4)])
        self.downs = nn.ModuleList(
            [conv(dim << level, dim << (level + 1), 3, stride=2) for level in range(3)])
        self.proj = nn.Linear(dim << 3, text_width)

    def forward(self, image):
        x = self.conv_in(image)
        for block, down in zip(self.blocks, self.downs):
            x = down(block(x))
        return self.proj(self.blocks[3](x).mean((2, 3)))


class PromptEncoder(nn.Module):
    """Equations 1 to 7; the result is the mean over the queries."""

    def __init__(self, queries, width, heads, reading):
        super().__init__()
        self.heads, self.has_residuals = heads, reading.prompt_residuals
        self.scale = None if reading.prompt_projects else 1.0

        def linear(inputs, outputs):
            return nn.Linear(inputs, outputs, bias=reading.prompt_projects)

        def projection():
            return nn.Linear(width, width) if reading.prompt_projects else nn.Identity()

        self.query = nn.Parameter(torch.randn(queries, width))
        self.self_attn = nn.ModuleDict(
            {name: linear(width, width) for name in ("to_q", "to_k", "to_v")})
        self.self_attn["to_out"] = projection()
        self.cross_q = linear(width, width)
        self.text_kv, self.image_kv = linear(width, 2 * width), linear(width, 2 * width)
        self.text_out, self.image_out = projection(), projection()
        self.ffn = nn.ModuleDict(
            {"fc1": linear(width, 4 * width), "fc2": linear(4 * width, width)})
        if self.has_residuals:
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.ffn["norm"] = nn.LayerNorm(width)
        self.proj_out = projection()

    def attend(self, q, k, v):
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in (q, k, v))
        attended = F.scaled_dot_product_attention(q, k, v, scale=self.scale)
        return attended.transpose(1, 2).flatten(2)

    def forward(self, text, feature):
        learned = self.query[None]
        own = self.norm1(learned) if self.has_residuals else learned
        names = ("to_q", "to_k", "to_v")
        mutual = self.self_attn["to_out"](
            self.attend(*(self.self_attn[name](own) for name in names)))
        encoded = self.norm2(learned + mutual) if self.has_residuals else mutual
        q = self.cross_q(encoded).expand(len(text), -1, -1)
        words = self.text_out(self.attend(q, *self.text_kv(text).chunk(2, -1)))
        sight = self.image_out(self.attend(q, *self.image_kv(feature[:, None]).chunk(2, -1)))
        joined = words + sight
        hidden = self.ffn["norm"](joined) if self.has_residuals else joined
        mixed = self.ffn["fc2"](F.gelu(self.ffn["fc1"](hidden)))
        prior = joined + mixed if self.has_residuals else mixed
        return self.proj_out(prior).mean(1)


class Sampler(nn.Module):
    """Restormer's change of resolution: `body.0` and a pixel (un)shuffle."""

    def __init__(self, channels, up):
        super().__init__()
        out = 2 * channels if up else channels // 2
        shuffle = nn.PixelShuffle(2) if up else nn.PixelUnshuffle(2)
        self.body = nn.Sequential(conv(channels, out, 3), shuffle)

    def forward(self, x):
        return self.body(x)


class PatchEmbed(nn.Module):
    def __init__(self, channels, dim):
        super().__init__()
        self.proj = conv(channels, dim, 3)


class LMDIR(nn.Module):
    def __init__(
        self, dim=48, blocks=(4, 6, 6, 8), heads=(1, 2, 4, 8), refinement=4, factor=2.66,
        text_width=768, queries=16, prompt_heads=8, reading=Reading(), channels=3,
    ):
        super().__init__()
        self.patch_embed = PatchEmbed(channels, dim)
        self.image_encoder = ImageEncoder(channels, dim, text_width)
        self.prompt_encoder = PromptEncoder(queries, text_width, prompt_heads, reading)

        def level(kind, index, count, *arguments):
            width = dim << index
            return nn.ModuleList(
                [kind(width, heads[index], factor, *arguments) for _ in range(count)])

        aware = (text_width, reading)
        self.encoder_level1 = level(DegradationAware, 0, blocks[0], *aware)
        self.encoder_level2 = level(DegradationAware, 1, blocks[1], *aware)
        self.encoder_level3 = level(DegradationAware, 2, blocks[2], *aware)
        self.latent = level(ContentAware, 3, blocks[3], *aware)
        self.down1_2, self.down2_3, self.down3_4 = (
            Sampler(dim << index, up=False) for index in range(3))
        self.up4_3, self.up3_2, self.up2_1 = (
            Sampler(dim << index, up=True) for index in (3, 2, 1))
        self.reduce_chan_level3 = conv(8 * dim, 4 * dim, 1)
        self.reduce_chan_level2 = conv(4 * dim, 2 * dim, 1)
        self.phi3, self.phi2, self.phi1 = (
            conv(channels, width // 2, 3) for width in (4 * dim, 2 * dim, 2 * dim))
        self.decoder_level3 = level(ReferenceBased, 2, blocks[2], reading)
        self.decoder_level2 = level(ReferenceBased, 1, blocks[1], reading)
        top = lambda kind, count, *rest: nn.ModuleList(
            [kind(2 * dim, heads[0], factor, *rest) for _ in range(count)])
        self.decoder_level1 = top(ReferenceBased, blocks[0], reading)
        self.refinement = top(Block, refinement)
        self.output = conv(2 * dim, channels, 3)

    def forward(self, image, reference, degradation, content):
        """Sides must be multiples of 8; `degradation` and `content` are (N, T, text width)."""
        prior = self.prompt_encoder(degradation, self.image_encoder(image))

        def through(level, x, *rest):
            for block in level:
                x = block(x, *rest)
            return x

        def guided(level, phi, x, factor):
            size = (image.shape[2] // factor, image.shape[3] // factor)
            small = reference if factor == 1 else F.interpolate(
                reference, size, mode="bilinear", align_corners=False)
            return through(level, x, phi(small))

        level1 = through(self.encoder_level1, self.patch_embed.proj(image), prior)
        level2 = through(self.encoder_level2, self.down1_2(level1), prior)
        level3 = through(self.encoder_level3, self.down2_3(level2), prior)
        x = through(self.latent, self.down3_4(level3), content)
        x = self.reduce_chan_level3(torch.cat([self.up4_3(x), level3], 1))
        x = guided(self.decoder_level3, self.phi3, x, 4)
        x = self.reduce_chan_level2(torch.cat([self.up3_2(x), level2], 1))
        x = guided(self.decoder_level2, self.phi2, x, 2)
        x = guided(self.decoder_level1, self.phi1, torch.cat([self.up2_1(x), level1], 1), 1)
        return self.output(through(self.refinement, x)) + image
