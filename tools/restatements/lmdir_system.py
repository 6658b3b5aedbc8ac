"""LMDIR's inference in PyTorch: CLIP by transformers, the reference by diffusers' SDXL pipeline, the
network by lmdir.py. Nothing is shared with Sources/."""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))
from references import fitted  # noqa: E402


class System:
    def __init__(self, network, pipeline):
        """`pipeline` is an SDXL pipeline, whose first text encoder and tokenizer are LMDIR's too."""
        self.network, self.pipeline = network.eval(), pipeline

    def embedding(self, text):
        tokens = self.pipeline.tokenizer(
            text, padding="max_length", max_length=77, truncation=True, return_tensors="pt")
        return self.pipeline.text_encoder(tokens["input_ids"]).last_hidden_state

    def reference(self, content, degradation, seed, steps):
        """A painted picture (1, 3, H, W) in [0, 1], in steps of a 65535th."""
        images = self.pipeline(
            prompt=content, negative_prompt=degradation, num_inference_steps=steps,
            guidance_scale=5.0, generator=torch.Generator().manual_seed(seed),
            output_type="pt").images
        return (images.clamp(0, 1) * 65535).round() / 65535

    @torch.no_grad()
    def restore(self, image, degradations, content, *, seed, steps, reference=None):
        """Returns the image (1, 3, H, W) in [0, 1] after each of the degradations is removed."""
        height, width = image.shape[2:]
        pad = (0, -width % 8, 0, -height % 8)
        results = []
        for degradation in degradations:
            shown = reference
            if shown is None:
                shown = self.reference(content, degradation, seed, steps)
            padded = [
                F.pad(tensor, pad, mode="reflect")
                for tensor in (image, fitted(shown, height, width))]
            restored = self.network(
                *padded, self.embedding(degradation), self.embedding(content))
            image = restored[..., :height, :width].clamp(0, 1)
            results.append(image)
        return results
