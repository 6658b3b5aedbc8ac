"""Up-Restorer's network in PyTorch, written from its paper and from C2F-DFT's published structure.

There is no official code. This file says the same as Sources/Networks/UpRestorer.swift in another
language, so that the two can be compared; it shares nothing with it. Whatever the paper leaves
open is an argument: see `Reading`.
"""

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass
class Reading:
    """What the paper does not say, or says in two ways."""

    sigma: float = 1.0
    rho: float = 1.0
    score_sign: float = -1.0  # eq. 14; eq. 10 implies +1
    x_t: str = "encoder"  # or "features"
    prompt_residual: bool = True
    query: str = "generator"  # or "per_block", "none"


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of every pixel."""

    def __init__(self, channels, centers=True):
        super().__init__()
        self.body = nn.Module()
        self.body.weight = nn.Parameter(torch.ones(channels))
        self.body.bias = nn.Parameter(torch.zeros(channels)) if centers else None

    def forward(self, x):
        weight, bias = self.body.weight, self.body.bias
        if bias is None:
            return x * (weight[:, None, None] / torch.sqrt(x.var(1, True, correction=0) + 1e-5))
        return F.layer_norm(x.movedim(1, -1), weight.shape, weight, bias, 1e-5).movedim(-1, 1)


class Attention(nn.Module):
    def __init__(self, channels, heads, own_query):
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(channels, 3 * channels, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(
            3 * channels, 3 * channels, 3, padding=1, groups=3 * channels, bias=False)
        self.project_out = nn.Conv2d(channels, channels, 1, bias=False)
        if own_query:
            self.query = nn.Parameter(torch.zeros(heads, channels // heads, 1))

    def forward(self, x, query):
        n, c, h, w = x.shape
        q, k, v = self.qkv_dwconv(self.qkv(x)).reshape(n, 3, self.heads, c // self.heads, h * w) \
            .unbind(1)
        if hasattr(self, "query"):
            query = self.query
        if query is not None:
            q = q + query.reshape(self.heads, c // self.heads, 1)
        q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        mixture = torch.softmax(q @ k.mT * self.temperature, -1)
        return self.project_out((mixture @ v).reshape(n, c, h, w))


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.project_in = nn.Conv2d(channels, 4 * channels, 1, bias=False)
        self.project_out = nn.Conv2d(4 * channels, channels, 1, bias=False)

    def forward(self, x):
        return self.project_out(F.gelu(self.project_in(x)))


class Block(nn.Module):
    def __init__(self, channels, heads, own_query):
        super().__init__()
        self.norm1 = ChannelNorm(channels)
        self.attn = Attention(channels, heads, own_query)
        self.norm2 = ChannelNorm(channels)
        self.ffn = FeedForward(channels)

    def forward(self, x, time, query):
        x = x + self.attn(self.norm1(x) + time, query)
        return x + self.ffn(self.norm2(x) + time)


class Level(nn.Sequential):
    def forward(self, x, t, query=None):
        time = embedding(t, x.shape[1]).to(x.dtype)
        for block in self:
            x = block(x, time, query)
        return x


def embedding(t, channels):
    """Single precision like the code that such networks were trained with."""
    step = math.log(10000) / (channels // 2 - 1)
    angles = t.float()[:, None] * torch.exp(torch.arange(channels // 2).float() * -step)
    return F.silu(torch.cat([angles.sin(), angles.cos()], 1))[:, :, None, None]


class QueryGenerator(nn.Module):
    def __init__(self, channels, count):
        super().__init__()
        self.components = nn.Parameter(torch.zeros(count, channels))
        self.norm = nn.LayerNorm(channels)
        self.conv3x3 = nn.Conv2d(channels, channels, 3, bias=False)

    def forward(self):
        normed = self.norm(self.components.mean(0))
        return self.conv3x3(normed[None, :, None, None].expand(1, -1, 3, 3))


class UpgradedPrompt(nn.Module):
    def __init__(self, channels, count, side, map_side, reading):
        super().__init__()
        self.reading = reading
        self.prompt_param = nn.Parameter(torch.zeros(1, count, 1, side, side))
        self.linear_layer = nn.Linear(channels, count, bias=False)
        self.conv3x3 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.t_layer = nn.Conv2d(channels, 1, 1, bias=False)
        self.n_layer = nn.Conv2d(channels, 1, 1, bias=False)
        self.M = nn.Parameter(torch.zeros(1, 1, map_side, map_side))
        self.A = nn.Parameter(torch.zeros(1, 1, map_side, map_side))
        self.fuse = nn.Sequential(
            nn.Conv2d(2 * channels, channels, 1, bias=False),
            nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, features, encoded):
        reading = self.reading
        resize = lambda x: F.interpolate(x, features.shape[2:], mode="bilinear")
        shares = self.linear_layer(features.mean((2, 3))).softmax(1)
        mixed = (shares[:, :, None, None, None] * self.prompt_param).sum(1)
        prompt = self.conv3x3(resize(mixed))
        observed = encoded if reading.x_t == "encoder" else features
        t, noise = torch.sigmoid(self.t_layer(features)), self.n_layer(features)
        data = t * (observed - resize(self.A) * (1 - t) - noise) / reading.sigma ** 2
        upgraded = resize(self.M) * (
            data + reading.rho * prompt + reading.score_sign * features)
        fused = self.fuse(torch.cat([upgraded, features], 1))
        return features + fused if reading.prompt_residual else fused


def resampling(channels, out, layer):
    module = nn.Module()
    module.body = nn.Sequential(nn.Conv2d(channels, out, 3, padding=1, bias=False), layer)
    return module


class UpRestorer(nn.Module):
    def __init__(self, dim=48, num_blocks=(4, 6, 6, 8), heads=(1, 2, 4, 8), prompt_len=5,
                 prompt_size=(32, 16, 8), map_size=16, query_len=5, reading=None):
        super().__init__()
        self.reading = reading = reading or Reading()
        level = lambda c, count, h: Level(
            *[Block(c, h, reading.query == "per_block") for _ in range(count)])
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(6, dim, 3, padding=1, bias=False)
        self.encoder_level1 = level(dim, num_blocks[0], heads[0])
        self.down1_2 = resampling(dim, dim // 2, nn.PixelUnshuffle(2))
        self.encoder_level2 = level(2 * dim, num_blocks[1], heads[1])
        self.down2_3 = resampling(2 * dim, dim, nn.PixelUnshuffle(2))
        self.encoder_level3 = level(4 * dim, num_blocks[2], heads[2])
        self.down3_4 = resampling(4 * dim, 2 * dim, nn.PixelUnshuffle(2))
        self.latent = level(8 * dim, num_blocks[3], heads[3])
        self.up4_3 = resampling(8 * dim, 16 * dim, nn.PixelShuffle(2))
        self.reduce_chan_level3 = nn.Conv2d(8 * dim, 4 * dim, 1, bias=False)
        self.decoder_level3 = level(4 * dim, num_blocks[2], heads[2])
        self.up3_2 = resampling(4 * dim, 8 * dim, nn.PixelShuffle(2))
        self.reduce_chan_level2 = nn.Conv2d(4 * dim, 2 * dim, 1, bias=False)
        self.decoder_level2 = level(2 * dim, num_blocks[1], heads[1])
        self.up2_1 = resampling(2 * dim, 4 * dim, nn.PixelShuffle(2))
        self.decoder_level1 = level(2 * dim, num_blocks[0], heads[0])
        self.output = nn.Conv2d(2 * dim, 3, 3, padding=1, bias=False)
        for index, width in enumerate([2 * dim, 4 * dim, 8 * dim]):
            prompt = UpgradedPrompt(width, prompt_len, prompt_size[index], map_size, reading)
            setattr(self, f"prompt{index + 1}", prompt)
        if reading.query == "generator":
            for index, width in enumerate([2 * dim, 2 * dim, 4 * dim], 1):
                setattr(self, f"query{index}", QueryGenerator(width, query_len))

    def query(self, index):
        return getattr(self, f"query{index}")() if self.reading.query == "generator" else None

    def forward(self, image, t):
        skip1 = self.encoder_level1(self.patch_embed.proj(image), t)
        skip2 = self.encoder_level2(self.down1_2.body(skip1), t)
        skip3 = self.encoder_level3(self.down2_3.body(skip2), t)
        embedded = self.down3_4.body(skip3)
        x = self.prompt3(self.latent(embedded, t), embedded)
        x = self.reduce_chan_level3(torch.cat([self.up4_3.body(x), skip3], 1))
        x = self.prompt2(self.decoder_level3(x, t, self.query(3)), skip3)
        x = self.reduce_chan_level2(torch.cat([self.up3_2.body(x), skip2], 1))
        x = self.prompt1(self.decoder_level2(x, t, self.query(2)), skip2)
        x = torch.cat([self.up2_1.body(x), skip1], 1)
        x = self.decoder_level1(x, t, self.query(1))
        return self.output(x) + image[:, 3:]


if __name__ == "__main__":
    print(sum(p.numel() for p in UpRestorer().parameters()), "parameters")
