"""AutoDIR's inference in PyTorch, written from the facts of its paper and its official code; the
names of parameters are those of the official checkpoint.

CLIP is transformers' own `CLIPModel`, as in the official code. Nothing is shared with Sources/.
"""

import torch
import torch.nn.functional as F
from torch import nn

LABELS = ["noise", "blur", "rain", "underexposure", "haze", "low resolution", "raindrop", "no"]
SCALE_FACTOR = 0.18215


def conv(inputs, outputs, kernel=3, stride=1, padding=None):
    return nn.Conv2d(
        inputs, outputs, kernel, stride, kernel // 2 if padding is None else padding)


class Named(nn.Module):
    """Modules under names that Python cannot write as attributes."""

    def __init__(self, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name.lstrip("_"), module)

    def __getitem__(self, name):
        return self._modules[str(name)]


# The latent U-Net of Stable Diffusion 1, in the layout of its first code base.


class ResBlock(nn.Module):
    def __init__(self, inputs, outputs, embedding):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(32, inputs), nn.SiLU(), conv(inputs, outputs))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embedding, outputs))
        self.out_layers = nn.Sequential(
            nn.GroupNorm(32, outputs), nn.SiLU(), nn.Identity(), conv(outputs, outputs))
        self.skip_connection = (
            nn.Identity() if inputs == outputs else conv(inputs, outputs, 1))

    def forward(self, x, embedding, context):
        h = self.in_layers(x) + self.emb_layers(embedding)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(h)


class CrossAttention(nn.Module):
    def __init__(self, channels, context, heads):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(context, channels, bias=False)
        self.to_v = nn.Linear(context, channels, bias=False)
        self.to_out = nn.Sequential(nn.Linear(channels, channels))

    def forward(self, x, context):
        def split(y):
            return y.unflatten(2, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        weights = (q @ k.transpose(2, 3) * q.shape[3] ** -0.5).softmax(3)
        return self.to_out((weights @ v).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.net = nn.Sequential(
            Named(proj=nn.Linear(channels, 8 * channels)), nn.Identity(),
            nn.Linear(4 * channels, channels))

    def forward(self, x):
        value, gate = self.net[0]["proj"](x).chunk(2, 2)
        return self.net[2](value * F.gelu(gate))


class TransformerBlock(nn.Module):
    def __init__(self, channels, context, heads):
        super().__init__()
        self.attn1 = CrossAttention(channels, channels, heads)
        self.ff = FeedForward(channels)
        self.attn2 = CrossAttention(channels, context, heads)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(channels) for _ in range(3))

    def forward(self, x, context):
        normed = self.norm1(x)
        x = x + self.attn1(normed, normed)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, channels, context, heads):
        super().__init__()
        self.norm = nn.GroupNorm(32, channels, eps=1e-6)
        self.proj_in = conv(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context, heads)])
        self.proj_out = conv(channels, channels, 1)

    def forward(self, x, embedding, context):
        h = self.proj_in(self.norm(x))
        tokens = self.transformer_blocks[0](h.flatten(2).transpose(1, 2), context)
        return x + self.proj_out(tokens.transpose(1, 2).unflatten(2, x.shape[2:]))


class Down(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = conv(channels, channels, stride=2)

    def forward(self, x, embedding, context):
        return self.op(x)


class Up(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = conv(channels, channels)

    def forward(self, x, embedding, context):
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class First(nn.Conv2d):
    def forward(self, x, embedding, context):
        return super().forward(x)


class UNet(nn.Module):
    def __init__(self, channels=320, mult=(1, 2, 4, 4), blocks=2, attends=(1, 1, 1, 0),
                 context=768, heads=8):
        super().__init__()
        self.channels = channels
        embedding = 4 * channels
        self.time_embed = nn.Sequential(
            nn.Linear(channels, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        widths = [channels * m for m in mult]
        stages, skips, width = [[First(8, channels, 3, padding=1)]], [channels], channels
        for level, outputs in enumerate(widths):
            for _ in range(blocks):
                stages.append([ResBlock(width, outputs, embedding)])
                if attends[level]:
                    stages[-1].append(SpatialTransformer(outputs, context, heads))
                width = outputs
                skips.append(width)
            if level < len(widths) - 1:
                stages.append([Down(width)])
                skips.append(width)
        self.input_blocks = nn.ModuleList(map(nn.ModuleList, stages))
        self.middle_block = nn.ModuleList([
            ResBlock(width, width, embedding), SpatialTransformer(width, context, heads),
            ResBlock(width, width, embedding)])
        stages = []
        for level, outputs in reversed(list(enumerate(widths))):
            for block in range(blocks + 1):
                stages.append([ResBlock(width + skips.pop(), outputs, embedding)])
                if attends[level]:
                    stages[-1].append(SpatialTransformer(outputs, context, heads))
                if level and block == blocks:
                    stages[-1].append(Up(outputs))
                width = outputs
        self.output_blocks = nn.ModuleList(map(nn.ModuleList, stages))
        self.out = nn.Sequential(nn.GroupNorm(32, channels), nn.SiLU(), conv(channels, 4))

    def forward(self, x, t, context):
        half = self.channels // 2
        frequencies = torch.exp(-torch.log(torch.tensor(10000.0)) * torch.arange(half) / half)
        angles = t[:, None] * frequencies
        embedding = self.time_embed(torch.cat([angles.cos(), angles.sin()], 1))
        skips = []
        for stage in self.input_blocks:
            for module in stage:
                x = module(x, embedding, context)
            skips.append(x)
        for module in self.middle_block:
            x = module(x, embedding, context)
        for stage in self.output_blocks:
            x = torch.cat([x, skips.pop()], 1)
            for module in stage:
                x = module(x, embedding, context)
        return self.out(x)


# Its autoencoder.


def norm(channels):
    return nn.GroupNorm(32, channels, eps=1e-6)


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm1, self.conv1 = norm(inputs), conv(inputs, outputs)
        self.norm2, self.conv2 = norm(outputs), conv(outputs, outputs)
        self.nin_shortcut = nn.Identity() if inputs == outputs else conv(inputs, outputs, 1)

    def forward(self, x):
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return self.nin_shortcut(x) + h


class MapAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = norm(channels)
        self.q, self.k, self.v, self.proj_out = (conv(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (m(h).flatten(2) for m in (self.q, self.k, self.v))
        weights = (q.transpose(1, 2) @ k * q.shape[1] ** -0.5).softmax(2)
        return x + self.proj_out((v @ weights.transpose(1, 2)).view_as(x))


def middle(channels):
    return Named(
        block_1=Block(channels, channels), attn_1=MapAttention(channels),
        block_2=Block(channels, channels))


def through(mid, x):
    return mid["block_2"](mid["attn_1"](mid["block_1"](x)))


class Encoder(nn.Module):
    def __init__(self, widths, blocks, latents):
        super().__init__()
        self.conv_in = conv(3, widths[0])
        down, width = [], widths[0]
        for level, outputs in enumerate(widths):
            parts = {"block": nn.ModuleList()}
            for _ in range(blocks):
                parts["block"].append(Block(width, outputs))
                width = outputs
            if level < len(widths) - 1:
                parts["downsample"] = Named(conv=conv(width, width, stride=2, padding=0))
            down.append(Named(**parts))
        self.down, self.mid = nn.ModuleList(down), middle(width)
        self.norm_out, self.conv_out = norm(width), conv(width, 2 * latents)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down:
            for block in level["block"]:
                x = block(x)
            if "downsample" in level._modules:
                x = level["downsample"]["conv"](F.pad(x, (0, 1, 0, 1)))
        return self.conv_out(F.silu(self.norm_out(through(self.mid, x))))


class Decoder(nn.Module):
    def __init__(self, widths, blocks, latents):
        super().__init__()
        width = widths[-1]
        self.conv_in, self.mid = conv(latents, width), middle(width)
        up = []
        for level, outputs in reversed(list(enumerate(widths))):
            parts = {"block": nn.ModuleList()}
            for _ in range(blocks + 1):
                parts["block"].append(Block(width, outputs))
                width = outputs
            if level:
                parts["upsample"] = Named(conv=conv(width, width))
            up.insert(0, Named(**parts))
        self.up = nn.ModuleList(up)
        self.norm_out, self.conv_out = norm(width), conv(width, 3)

    def forward(self, z):
        x = through(self.mid, self.conv_in(z))
        for level in reversed(self.up):
            for block in level["block"]:
                x = block(x)
            if "upsample" in level._modules:
                x = level["upsample"]["conv"](F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.conv_out(F.silu(self.norm_out(x)))


class Autoencoder(nn.Module):
    def __init__(self, channels=128, mult=(1, 2, 4, 4), blocks=2, latents=4):
        super().__init__()
        widths = [channels * m for m in mult]
        self.encoder = Encoder(widths, blocks, latents)
        self.decoder = Decoder(widths, blocks, latents)
        self.quant_conv = conv(2 * latents, 2 * latents, 1)
        self.post_quant_conv = conv(latents, latents, 1)

    def mean(self, image):
        return self.quant_conv(self.encoder(image)).chunk(2, 1)[0]

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z))


# The structure correction.


class LayerNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, x.shape[3:], self.weight, self.bias, 1e-6)
        return x.permute(0, 3, 1, 2)


def gate(x):
    a, b = x.chunk(2, 1)
    return a * b


class NAFBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.beta = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.norm1, self.norm2 = LayerNorm(c), LayerNorm(c)
        self.conv1, self.conv3 = conv(c, 2 * c, 1), conv(c, c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), conv(c, c, 1))
        self.conv4, self.conv5 = conv(c, 2 * c, 1), conv(c, c, 1)

    def forward(self, x):
        h = gate(self.conv2(self.conv1(self.norm1(x))))
        y = x + self.beta * self.conv3(h * self.sca(h))
        return y + self.gamma * self.conv5(gate(self.conv4(self.norm2(y))))


class StructureCorrection(nn.Module):
    def __init__(self, width=64, encoders=(2, 2, 4, 8), middle=12, decoders=(2, 2, 2, 2)):
        super().__init__()

        def blocks(count, c):
            return nn.ModuleList(NAFBlock(c) for _ in range(count))

        self.intro, self.ending = conv(6, width), conv(width, 3)
        widths = [width << level for level in range(len(encoders))]
        self.encoders = nn.ModuleList(map(blocks, encoders, widths))
        self.downs = nn.ModuleList(nn.Conv2d(c, 2 * c, 2, 2) for c in widths)
        self.middle_blks = blocks(middle, 2 * widths[-1])
        self.ups = nn.ModuleList(
            nn.Sequential(nn.Conv2d(2 * c, 4 * c, 1, bias=False), nn.PixelShuffle(2))
            for c in reversed(widths))
        self.decoders = nn.ModuleList(map(blocks, decoders, reversed(widths)))

    def forward(self, degraded, diffused):
        """What is added to the diffused image."""
        x = torch.cat([degraded, diffused], 1)
        height, width = x.shape[2:]
        side = 1 << len(self.encoders)
        x = self.intro(F.pad(x, (0, -width % side, 0, -height % side)))
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            for block in encoder:
                x = block(x)
            skips.append(x)
            x = down(x)
        for block in self.middle_blks:
            x = block(x)
        for decoder, up in zip(self.decoders, self.ups):
            x = up(x) + skips.pop()
            for block in decoder:
                x = block(x)
        return self.ending(x)[..., :height, :width]


# The sampler: k-diffusion's ancestral Euler steps around an estimate of the noise.


class Denoiser:
    def __init__(self, unet):
        self.unet = unet
        roots = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64)
        alphas = (1 - roots**2).cumprod(0).float()
        self.sigmas = ((1 - alphas) / alphas) ** 0.5
        self.log_sigmas = self.sigmas.log()

    def schedule(self, steps):
        t = torch.linspace(999, 0, steps)
        low, high = t.floor().long(), t.ceil().long()
        weight = t.frac()
        logs = (1 - weight) * self.log_sigmas[low] + weight * self.log_sigmas[high]
        return torch.cat([logs.exp(), torch.zeros(1)])

    def timestep(self, sigma):
        log = sigma.log()
        low = int((log >= self.log_sigmas).sum()) - 1
        low = min(max(low, 0), 998)
        a, b = self.log_sigmas[low], self.log_sigmas[low + 1]
        weight = ((a - log) / (a - b)).clamp(0, 1)
        return (1 - weight) * low + weight * (low + 1)

    def __call__(self, x, sigma, context, image):
        scaled = x / (sigma**2 + 1).sqrt()
        t = self.timestep(sigma).expand(len(x))
        return x - sigma * self.unet(torch.cat([scaled, image], 1), t, context)


def guided(denoiser, x, sigma, context, null, image, text_scale, image_scale):
    if text_scale == image_scale == 1:
        return denoiser(x, sigma, context, image)
    c = denoiser(x, sigma, context, image)
    i = denoiser(x, sigma, null, image)
    u = denoiser(x, sigma, null, torch.zeros_like(image))
    return u + text_scale * (c - i) + image_scale * (i - u)


def sample(denoiser, steps, generator, image, context, null, text_scale, image_scale):
    sigmas = denoiser.schedule(steps)
    x = torch.randn(image.shape, generator=generator) * sigmas[0]
    for now, after in zip(sigmas, sigmas[1:]):
        denoised = guided(denoiser, x, now, context, null, image, text_scale, image_scale)
        up = min(after, (after**2 * (now**2 - after**2) / now**2) ** 0.5)
        down = (after**2 - up**2) ** 0.5
        x = x + (x - denoised) / now * (down - now)
        if after > 0:
            x = x + torch.randn(x.shape, generator=generator) * up
    return x


# The assessment and the loop.


MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]


def centre(image, side):
    """The middle of an image in [0, 1], between zeros where it is smaller."""
    height, width = image.shape[-2:]
    top, left = -(-max(side - height, 0) // 2), -(-max(side - width, 0) // 2)
    image = F.pad(image, (left, max(side - width, 0) - left, top, max(side - height, 0) - top))
    top, left = (image.shape[-2] - side) // 2, (image.shape[-1] - side) // 2
    return image[..., top:top + side, left:left + side]


class AutoDIR(nn.Module):
    def __init__(self, unet, autoencoder, clip, correction):
        super().__init__()
        self.model = Named(diffusion_model=unet)
        self.first_stage_model = autoencoder
        self.model_assessment = Named(clipmodel=clip)
        self.NAFNet = correction

    def text(self, tokenizer, text, masked):
        tokens = tokenizer(
            text, padding="max_length", max_length=77, truncation=True, return_tensors="pt")
        mask = tokens["attention_mask"] if masked else None
        clip = self.model_assessment["clipmodel"]
        out = clip.text_model(input_ids=tokens["input_ids"], attention_mask=mask)
        return out[0], F.normalize(clip.text_projection(out[1]), dim=-1)

    def assess(self, tokenizer, image, labels):
        clip = self.model_assessment["clipmodel"]
        side = clip.config.vision_config.image_size
        pixels = (centre((image + 1) * 127.5 / 255, side) - MEAN) / STD
        pooled = clip.vision_model(pixel_values=pixels)[1]
        feature = F.normalize(clip.visual_projection(pooled), dim=-1)
        texts = [f"A photo needs {label} artifact reduction" for label in labels]
        states, features = self.text(tokenizer, texts, masked=True)
        p = (clip.logit_scale.exp() * feature @ features.T).softmax(1)[0]
        return p, (p[:, None, None] * states).sum(0, keepdim=True)

    def diffuse(self, image, context, null, seed, steps, text_scale, image_scale):
        generator = torch.Generator().manual_seed(seed)
        latent = self.first_stage_model.mean(image)
        denoiser = Denoiser(self.model["diffusion_model"])
        z = sample(
            denoiser, steps, generator, latent, context, null, text_scale, image_scale)
        return self.first_stage_model.decode(z / SCALE_FACTOR)

    @torch.no_grad()
    def restore(self, tokenizer, image, *, multiple, seed, steps, rounds, weight,
                text_scale=1, image_scale=1):
        """Returns the label, the probabilities and the image after each round; the image is
        (1, 3, H, W) in [-1, 1]."""
        height, width = image.shape[2:]
        image = pad(image, multiple)
        labels, done = list(LABELS), []
        null = self.text(tokenizer, [""], masked=False)[0]
        for _ in range(rounds):
            p, context = self.assess(tokenizer, image[..., :height, :width], labels)
            label = labels[int(p.argmax())]
            if label == "no":
                break
            labels.remove(label)
            diffused = self.diffuse(image, context, null, seed, steps, text_scale, image_scale)
            image = weight(label) * self.NAFNet(image, diffused) + diffused
            done.append((label, p, image[..., :height, :width]))
        return done


def pad(image, multiple):
    """Reflected at the bottom and on the right to multiples of a side."""
    return F.pad(
        image, (0, -image.shape[3] % multiple, 0, -image.shape[2] % multiple), mode="reflect")
