"""AutoDIR's checkpoint as its authors save it."""

import json
import shutil

from cases import FIXTURES, Callback, Case, drawn, zeros

PARTS = {
    "U-Net": "model.diffusion_model.", "autoencoder": "first_stage_model.",
    "text tower": "model_assessment.clipmodel.text_model.",
    "image tower": "model_assessment.clipmodel.vision_model.", "structure correction": "NAFNet.",
}


class AutoDIR(Case):
    def setUp(self):
        super().setUp()
        self.tensors = {}
        for line in (FIXTURES / "autodir/keys.txt").read_text().splitlines():
            name, shape = line.split(" ", 1)
            self.tensors[name] = drawn(name, tuple(json.loads(shape)))
        for name in ["betas", "alphas_cumprod", "posterior_mean_coef2"]:
            self.tensors[name] = zeros(1000)
        for tower, count in ("text", 77), ("vision", 17):
            name = f"model_assessment.clipmodel.{tower}_model.embeddings.position_ids"
            self.tensors[name] = zeros(1, count, dtype="I64")
        self.draw(21, 34)

    def save(self, content):
        return self.folder.save(content, "autodir.ckpt")

    def lightning(self):
        """With what Lightning puts around the tensors."""
        averages = {
            "model_ema." + name[len("model."):].replace(".", ""): tensor
            for name, tensor in self.tensors.items() if name.startswith("model.")}
        averages |= {"model_ema.decay": zeros(), "model_ema.num_updates": zeros(dtype="I64")}
        return {
            "epoch": 1, "global_step": 3, "pytorch-lightning_version": "1.4.2",
            "state_dict": self.tensors | averages, "callbacks": {Callback: Callback()},
            "optimizer_states": [{"state": {0: {"step": 3, "exp_avg": zeros(5)}}}],
            "lr_schedulers": []}

    def restored(self, model, output, *arguments):
        return super().restored(model, output, "--steps", 2, "--loop-steps", 2, *arguments)

    def test_bundle_is_as_good_as_the_tensors(self):
        tokenizer = FIXTURES / "autodir/tokenizer"
        said = self.succeeds(self.folder.convert(
            self.save(self.lightning()), "-o", "autodir", "--tokenizer", tokenizer))
        self.assertIn("averages are left out", said.stderr)
        report = self.succeeds(self.folder.limpid("inspect", "autodir")).stdout
        self.assertIn("AutoDIR", report)
        self.assertIn("no tensor is left over", report)
        self.succeeds(self.folder.limpid("verify", "autodir"))
        self.folder.save_tensors(self.tensors, "bare.safetensors")
        shutil.copytree(tokenizer, self.folder / "tokenizer")
        self.assertEqual(
            self.restored("autodir", "a.png"), self.restored("bare.safetensors", "b.png"))
        self.restored("autodir", "c.png", "--prompt", "a photo")

    def test_missing_parts_are_named(self):
        for part, prefix in PARTS.items():
            kept = {key: value for key, value in self.tensors.items() if prefix not in key}
            outcome = self.folder.convert(self.save({"state_dict": kept}), "-o", "lacking")
            self.assertEqual(outcome.returncode, 65, outcome.stderr)
            self.fails(outcome, f"is missing: the {part}", "autodir.ckpt")
            self.assertEqual([path.name for path in self.folder.path.glob("*lacking*")], [])

    def test_what_is_not_read_is_refused(self):
        content = {"state_dict": self.tensors | {"cond_stage_model.x.weight": zeros(3)}}
        checkpoint = self.save(content)
        self.fails(
            self.folder.convert(checkpoint, "-o", "autodir"), "1 tensors are not part of AutoDIR")
        self.succeeds(self.folder.convert(checkpoint, "-o", "autodir", "--allow-unused"))

    def test_parts_alone_are_recognised(self):
        for prefix, kind in {"model.diffusion_model.": "UNet2DConditionModel",
                             "first_stage_model.": "AutoencoderKL"}.items():
            part = {key: value for key, value in self.tensors.items() if key.startswith(prefix)}
            bare = {key[len(prefix):]: value for key, value in part.items()}
            for tensors in [part, bare]:
                name = self.folder.save_tensors(tensors, "part.safetensors")
                self.assertIn(kind, self.succeeds(self.folder.limpid("inspect", name)).stdout)
