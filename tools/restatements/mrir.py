"""MRIR (arXiv 2407.03635) in PyTorch, written from its equations; no public code exists.

What the paper leaves open follows the code of its base, PASD, and of SeeSR. Networks that Stable
Diffusion has are those of diffusers; the attention that MRIR adds is built into them:

`inside` a transformer's layers (PASD's light form): `attn_img` before the text, `attn2_plus`, to the
map that `proj_in_plus` makes of a ControlNet's residual, after it;
`beside` the transformers (PASD's full form): `image_attentions` and `pixel_attentions`.
"""

import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from torch import nn


def refine_layer(features=1024, hidden=1024, width=768):
    """From a token of CLIP's image tower to one of the context; eq. 3."""
    return nn.ModuleDict({"refine": nn.Sequential(
        nn.Linear(features, hidden), nn.LayerNorm(hidden), nn.LeakyReLU(),
        nn.Linear(hidden, hidden), nn.LayerNorm(hidden), nn.LeakyReLU(),
        nn.Linear(hidden, width))})


class PixelProcessor(nn.Module):
    """The image in the size of the latents; the heads tell a picture at every size."""

    def __init__(self, width=320, widths=(16, 32, 96, 256)):
        super().__init__()
        self.conv_in = nn.Conv2d(3, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList()
        for channels, following in zip(widths, widths[1:]):
            self.blocks.append(nn.Conv2d(channels, channels, 3, padding=1))
            self.blocks.append(nn.Conv2d(channels, following, 3, stride=2, padding=1))
        self.conv_out = nn.Conv2d(widths[-1], width, 3, padding=1)
        self.to_rgbs = nn.ModuleList(
            nn.Conv2d(channels, 3, 3, padding=1) for channels in widths[1:])

    def forward(self, image):
        x = F.silu(self.conv_in(image))
        self.pictures = []
        for number, block in enumerate(self.blocks):
            x = F.silu(block(x))
            if number % 2:
                self.pictures.append(self.to_rgbs[number // 2](x))
        return self.conv_out(x)


class SteeredLayer(nn.Module):
    """A `BasicTransformerBlock` that may attend to an image before the text, to a map after it."""

    def __init__(self, layer, features):
        super().__init__()
        self.attn1, self.attn2, self.ff = layer.attn1, layer.attn2, layer.ff
        self.norm1, self.norm2, self.norm3 = layer.norm1, layer.norm2, layer.norm3
        self.features = features
        self.image = self.control = None

    def add(self, attention, norm, width):
        setattr(self, norm, nn.LayerNorm(self.features))
        setattr(self, attention, Attention(
            self.features, cross_attention_dim=width, heads=self.attn1.heads,
            dim_head=self.features // self.attn1.heads))

    def forward(self, x, encoder_hidden_states=None, **_):
        x = x + self.attn1(self.norm1(x))
        if self.image is not None:
            x = x + self.attn_img(self.norm_img(x), self.image)
        x = x + self.attn2(self.norm2(x), encoder_hidden_states)
        if self.control is not None:
            x = x + self.attn2_plus(self.norm2_plus(x), self.control)
        return x + self.ff(self.norm3(x))


class Beside(nn.Module):
    """A transformer of its own, which runs after another module of a block."""

    def __init__(self, unet, level, width, after):
        super().__init__()
        config = unet.config
        channels, heads = config.block_out_channels[level], config.attention_head_dim
        heads = heads if isinstance(heads, int) else heads[level]
        self.transformer = Transformer2DModel(
            heads, channels // heads, channels, cross_attention_dim=width,
            norm_num_groups=config.norm_num_groups,
            use_linear_projection=config.use_linear_projection)
        self.tokens = None
        after.register_forward_hook(self.follow)

    def follow(self, module, arguments, result):
        x = result[0] if isinstance(result, tuple) else result
        x = self.transformer(x, self.tokens, return_dict=False)[0]
        return (x,) if isinstance(result, tuple) else x


class SteeredUNet:
    """diffusers' U-Net, which `module` is, with the attention of MRIR."""

    def __init__(self, unet, image="inside", pixel="inside", image_width=768, adds_residuals=True):
        self.module, self.adds_residuals = unet, adds_residuals
        self.image_layers, self.image_besides = [], []
        self.controls = {}
        channels = unet.config.block_out_channels
        last = len(channels) - 1
        downs = [(block, level) for level, block in enumerate(unet.down_blocks)]
        ups = [(block, last - step) for step, block in enumerate(unet.up_blocks)]
        for block, level in [*downs, (unet.mid_block, last), *ups]:
            if hasattr(block, "attentions"):
                self.steer(block, level, image, image_width)
        widths = [channels[0]]
        for level, width in enumerate(channels):
            widths += [width] * unet.config.layers_per_block + [width] * (level < last)
        for block, level in ups:
            if pixel == "beside":
                block.pixel_attentions = nn.ModuleList()
            for number, resnet in enumerate(block.resnets):
                place, width = len(widths) - 1, widths.pop()
                if pixel == "beside":
                    after = block.attentions[number] if hasattr(block, "attentions") else resnet
                    self.controls[place] = Beside(unet, level, width, after)
                    block.pixel_attentions.append(self.controls[place].transformer)
                elif pixel == "inside" and hasattr(block, "attentions"):
                    transformer = block.attentions[number]
                    transformer.proj_in_plus = nn.Conv2d(width, width, 1)
                    for layer in transformer.transformer_blocks:
                        layer.add("attn2_plus", "norm2_plus", width)
                    self.controls[place] = transformer

    def steer(self, block, level, image, width):
        if image == "beside":
            block.image_attentions = nn.ModuleList()
        for transformer in block.attentions:
            layers = transformer.transformer_blocks
            for number, layer in enumerate(layers):
                layers[number] = SteeredLayer(layer, layer.norm1.normalized_shape[0])
                if image == "inside":
                    layers[number].add("attn_img", "norm_img", width)
                    self.image_layers.append(layers[number])
            if image == "beside":
                self.image_besides.append(Beside(self.module, level, width, transformer))
                block.image_attentions.append(self.image_besides[-1].transformer)

    def __call__(self, sample, timestep, text, image=None, residuals=(), middle=None):
        for layer in self.image_layers:
            layer.image = image
        for beside in self.image_besides:
            beside.tokens = image
        for place, module in self.controls.items():
            if isinstance(module, Beside):
                module.tokens = residuals[place].flatten(2).mT
            else:
                for layer in module.transformer_blocks:
                    layer.control = module.proj_in_plus(residuals[place]).flatten(2).mT
        added = dict(
            down_block_additional_residuals=list(residuals),
            mid_block_additional_residual=middle) if self.adds_residuals and residuals else {}
        return self.module(sample, timestep, text, **added).sample


def chunked(tokenizer, text_encoder, text, count=1):
    """Parts of 75 tokens, encoded each on its own and put in a row; at least `count` of them."""
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    parts = [ids[k:k + 75] for k in range(0, len(ids), 75)]
    parts += [[]] * (count - len(parts))
    states = []
    for part in parts:
        row = [tokenizer.bos_token_id, *part, tokenizer.eos_token_id]
        row += [tokenizer.pad_token_id] * (77 - len(row))
        states.append(text_encoder(torch.tensor([row])).last_hidden_state)
    return torch.cat(states, 1)


def resized(image, height, width):
    return F.interpolate(image, (height, width), mode="bicubic", antialias=True)


MEAN, DEVIATION = (torch.tensor(values)[None, :, None, None] for values in (
    (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)))


def seen(image, side):
    """As CLIP's processor shows an image, without rounding to 8 bits."""
    height, width = image.shape[2:]
    short = min(height, width)
    height, width = side * height // short, side * width // short
    top, left = (height - side) // 2, (width - side) // 2
    image = resized(image, height, width)[:, :, top:top + side, left:left + side]
    return (image - MEAN) / DEVIATION


def adain(content, style):
    """StableSR's: every channel with the other's mean and deviation."""
    def moments(image):
        planes = image.flatten(2)
        return planes.mean(2)[..., None, None], (planes.var(2) + 1e-5).sqrt()[..., None, None]

    (mean, deviation), (style_mean, style_deviation) = moments(content), moments(style)
    return (content - mean) / deviation * style_deviation + style_mean


def low_frequencies(image):
    kernel = torch.tensor([[1., 2, 1], [2, 4, 2], [1, 2, 1]])[None, None].repeat(3, 1, 1, 1) / 16
    for radius in (1, 2, 4, 8, 16):
        image = F.conv2d(
            F.pad(image, [radius] * 4, mode="replicate"), kernel, groups=3, dilation=radius)
    return image


def wavelet(content, style):
    """StableSR's: fine detail from one, the rest from the other."""
    return content - low_frequencies(content) + low_frequencies(style)


COLOUR_FIXES = {"none": lambda content, style: content, "adain": adain, "wavelet": wavelet}


class MRIR:
    """The whole pipeline over parts of diffusers and transformers."""

    def __init__(self, tokenizer, text_encoder, image_encoder, refine, unet, controlnet, vae,
                 scheduler):
        self.tokenizer, self.text_encoder = tokenizer, text_encoder
        self.image_encoder, self.refine = image_encoder, refine
        self.unet, self.controlnet, self.vae = unet, controlnet, vae
        self.scheduler = scheduler

    def start(self, image, generator, kind):
        """LRE: the image's latent with the noise of the last training step (SeeSR)."""
        distribution = self.vae.encode(2 * image - 1).latent_dist
        shape = distribution.mean.shape
        if kind == "noise":
            return torch.randn(shape, generator=generator) * self.scheduler.init_noise_sigma
        latent = distribution.mean + distribution.std * torch.randn(shape, generator=generator)
        latent = latent * self.vae.config.scaling_factor
        noise = torch.randn(shape, generator=generator)
        last = torch.tensor([self.scheduler.config.num_train_timesteps - 1])
        return self.scheduler.add_noise(latent, noise, last)

    def restore(self, image, prompt, quality="", negative="", seed=0, steps=50, scale=5.5,
                upscale=4, start="image", colours="none", control=1.0, multiple=8):
        height, width = (side * upscale for side in image.shape[2:])
        large = resized(image, height, width).clamp(0, 1)
        padding = [0, -width % multiple, 0, -height % multiple]
        padded = F.pad(large, padding, mode="reflect")
        prompt = ", ".join(part for part in (prompt, quality) if part)
        counts = [len(self.tokenizer(text, add_special_tokens=False)["input_ids"])
                  for text in (prompt, negative)]
        parts = max(1, *((count + 74) // 75 for count in counts))
        text = torch.cat([chunked(self.tokenizer, self.text_encoder, each, parts)
                          for each in (negative, prompt)])
        tokens = self.image_encoder(
            seen(image, self.image_encoder.config.image_size)).last_hidden_state
        tokens = self.refine["refine"](tokens).repeat(2, 1, 1)
        generator = torch.Generator().manual_seed(seed)
        latent = self.start(padded, generator, start)
        self.scheduler.set_timesteps(steps)
        for t in self.scheduler.timesteps:
            sample = latent.repeat(2, 1, 1, 1)
            residuals, middle = self.controlnet(
                sample, t, text, padded.repeat(2, 1, 1, 1), conditioning_scale=control,
                return_dict=False)
            against, towards = self.unet(sample, t, text, tokens, residuals, middle).chunk(2)
            latent = self.scheduler.step(
                against + scale * (towards - against), t, latent, generator=generator).prev_sample
        made = self.vae.decode(latent / self.vae.config.scaling_factor).sample / 2 + 0.5
        made = made[:, :, :height, :width].clamp(0, 1)
        return COLOUR_FIXES[colours](made, large).clamp(0, 1)
