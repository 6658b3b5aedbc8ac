"""How TextualDegRemoval makes a guidance image, in PyTorch, written from the facts of its paper and
its public code, which does not run as it is; the names of parameters are those of its files.

CLIP's towers are those of transformers; U-Net, autoencoder and sampler are those of diffusers.
Nothing is shared with Sources/.
"""

import numpy as np
import torch
from diffusers import DDIMScheduler
from PIL import Image
from torch import nn

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
PROMPT, PLACEHOLDER = "a photo of a", "S"


def perceptron(inputs, hidden, outputs):
    layers, width = [], inputs
    for _ in range(3):
        layers += [nn.Linear(width, hidden), nn.LayerNorm(hidden), nn.LeakyReLU()]
        width = hidden
    return nn.Sequential(*layers, nn.Linear(hidden, outputs))


class Mapper(nn.Module):
    """Words from the tokens of CLIP's image tower, and keys and values for the U-Net."""

    def __init__(self, unet, features=1280, hidden=1280, width=1024, words=20):
        super().__init__()
        self.words = words
        for word in range(words):
            self.add_module(f"mapping_{word}", perceptron(features, hidden, width))
            self.add_module(f"mapping_patch_{word}", perceptron(features, hidden, width))
        for name, module in tuned(unet):
            layer = nn.Linear(module.in_features, module.out_features, bias=False)
            self.add_module(name.replace(".", "_"), layer)

    def forward(self, tokens):
        rows = []
        for word in range(self.words):
            whole = self.get_submodule(f"mapping_{word}")(tokens[:, 0])
            patches = self.get_submodule(f"mapping_patch_{word}")(tokens[:, 1:])
            rows.append(whole + patches.mean(1))
        return torch.stack(rows, 1)


class Restoration(nn.Module):
    def __init__(self, hidden=1280, width=1024, words=20):
        super().__init__()
        for word in range(words):
            self.add_module(f"mapping_{word}", perceptron(width, hidden, width))

    def forward(self, words):
        return torch.stack(
            [self.get_submodule(f"mapping_{k}")(words[:, k]) for k in range(words.shape[1])], 1)


def tuned(unet):
    """The layers of the U-Net that the mapper's file has its own of."""
    return [(name, module) for name, module in unet.named_modules()
            if name.endswith(("attn2.to_k", "attn2.to_v"))]


def tune(unet, mapper):
    for name, module in tuned(unet):
        module.weight.data = mapper.get_submodule(name.replace(".", "_")).weight.data


def pixels(image, side):
    """The middle square of a PIL image, as CLIP is shown it."""
    width, height = image.size
    extent = min(width, height)
    left, top = round((width - extent) / 2), round((height - extent) / 2)
    square = image.crop((left, top, left + extent, top + extent))
    small = np.asarray(square.resize((side, side), Image.Resampling.BICUBIC))
    return ((torch.tensor(small).permute(2, 0, 1) / 255 - MEAN) / STD)[None]


def words(vision, mapper, restoration, image):
    shown = pixels(image, vision.config.image_size)
    return restoration(mapper(vision(pixel_values=shown).last_hidden_state))


def states(encoder, tokenizer, words=None):
    """What the text tower says of the words after the prompt, or of the empty text."""
    text = "" if words is None else f"{PROMPT} {PLACEHOLDER}"
    ids = tokenizer(
        text, padding="max_length", max_length=tokenizer.model_max_length, truncation=True,
        return_tensors="pt").input_ids
    if words is None:
        return encoder(input_ids=ids).last_hidden_state
    place = len(tokenizer(PROMPT).input_ids) - 1
    table = next(m for name, m in encoder.named_modules() if name.endswith("token_embedding"))
    hook = table.register_forward_hook(
        lambda module, args, own: torch.cat(
            [own[:, :place], words, own[:, place + 1:]], 1)[:, :own.shape[1]])
    state = encoder(input_ids=ids).last_hidden_state
    hook.remove()
    return state


@torch.no_grad()
def paint(unet, vae, scheduler, told, untold, seed, steps=100, scale=5):
    """The guidance image, (3, H, W) in 255ths, as it is stored.

    `scheduler` is the configuration of the pipeline's own; the U-Net is tuned already.
    """
    sampler = DDIMScheduler.from_config(scheduler)
    sampler.set_timesteps(steps)
    side = unet.config.sample_size
    generator = torch.Generator().manual_seed(seed)
    latents = torch.randn(1, unet.config.in_channels, side, side, generator=generator)
    for t in sampler.timesteps:
        plain = unet(latents, t, untold).sample
        guided = plain + scale * (unet(latents, t, told).sample - plain)
        latents = sampler.step(guided, t, latents).prev_sample
    image = vae.decode(latents / vae.config.scaling_factor).sample[0]
    return ((image / 2 + 0.5).clamp(0, 1) * 255).round() / 255


# The names and shapes of a guided NAFNet.


def convolution(name, inputs, outputs, kernel=1, groups=1):
    return {f"{name}.weight": (outputs, inputs // groups, kernel, kernel),
            f"{name}.bias": (outputs,)}


def naf_block(name, c):
    return (
        {f"{name}.{leaf}": (1, c, 1, 1) for leaf in ("beta", "gamma")}
        | {f"{name}.{norm}.{leaf}": (c,) for norm in ("norm1", "norm2")
           for leaf in ("weight", "bias")}
        | convolution(f"{name}.conv1", c, 2 * c) | convolution(f"{name}.conv3", c, c)
        | convolution(f"{name}.conv2", 2 * c, 2 * c, 3, 2 * c)
        | convolution(f"{name}.sca.1", c, c) | convolution(f"{name}.conv4", c, 2 * c)
        | convolution(f"{name}.conv5", c, c))


def guided_nafnet(width=64, encoders=(1, 1, 1, 28), fusion=2, residuals=4):
    """The shapes of the public code's NAFNetRefFusion, of whose middle one fusion block is meant."""
    shapes = convolution("intro", 3, width, 3) | convolution("ending", width, 3, 3)
    middle = width << len(encoders)
    shapes |= naf_block("middle_blks.0", middle) | naf_block("masa_blk_middle.0.0", 2 * middle)
    for level, count in enumerate(encoders):
        c, back = width << level, width << (len(encoders) - 1 - level)
        for block in range(count):
            shapes |= naf_block(f"encoders.{level}.{block}", c)
        for block in range(fusion):
            shapes |= naf_block(f"masa_blk_enc.{level}.{block}", 2 * c)
        shapes |= convolution(f"downs.{level}", c, 2 * c, 2)
        shapes |= naf_block(f"decoders.{level}.0", back)
        shapes[f"ups.{level}.0.weight"] = (4 * back, 2 * back, 1, 1)
    for level in range(len(encoders) + 1):
        c = width << level
        shapes |= convolution(f"masa_enc.conv_L{level + 1}", c // 2 if level else 3, c, 3)
        for block in range(residuals):
            for layer in ("conv1", "conv2"):
                shapes |= convolution(f"masa_enc.blk_L{level + 1}.{block}.{layer}", c, c, 3)
    return shapes
