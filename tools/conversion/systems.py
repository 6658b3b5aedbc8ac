"""Checkpoints of Up-Restorer, LMDIR, MRIR and TextualDegRemoval, and folders of diffusers."""

import json
import shutil

import torch_files
from cases import FIXTURES, Case, behind, fixture, zeros


class UpRestorer(Case):
    def test_training_checkpoint_becomes_a_restored_picture(self):
        self.draw(24, 40)
        tensors = fixture("sampled/checkpoint.safetensors")
        checkpoint = {"params": tensors, "params_ema": tensors, "iter": 5000}
        self.succeeds(self.folder.convert(self.folder.save(checkpoint, "net_g.pth"), "-o", "up"))
        self.restored("up", "out.png")


class LMDIR(Case):
    """A training run's checkpoint, and Stable Diffusion XL as diffusers leaves it."""

    def test_bundle_paints_and_restores(self):
        self.draw(24, 32)
        shutil.copytree(FIXTURES / "pipelines/sdxl", self.folder / "diffusers")
        self.folder.pickle("diffusers/text_encoder")
        self.folder.pickle("diffusers/unet")
        self.succeeds(self.folder.convert("diffusers", "-o", "sdxl"))
        restorer = behind("model.", fixture("lmdir/restorer.safetensors"))
        checkpoint = self.folder.save({"state_dict": restorer, "epoch": 9}, "last.ckpt")
        self.fails(self.folder.convert(checkpoint, "-o", "lmdir"), "--text-encoder, --tokenizer")
        parts = ["--text-encoder", "@sdxl/text_encoder", "--tokenizer", "@sdxl/tokenizer",
                 "--text-to-image", "sdxl"]
        self.succeeds(self.folder.convert(checkpoint, "-o", "lmdir", *parts))
        self.succeeds(self.folder.limpid("verify", "lmdir"))
        texts = ["--degradation-text", "rain!", "--content-text", "a photo", "--steps", 2]
        painted = self.restored("lmdir", "a.png", *texts, "--no-cache-references")
        given = self.restored("lmdir", "b.png", *texts, "--reference-image", "in.png")
        self.assertNotEqual(painted, given)


class MRIR(Case):
    """What training leaves beside Stable Diffusion 1.5 as diffusers leaves it."""

    PARTS = ["unet", "controlnet", "image_encoder", "text_encoder", "tokenizer", "vae", "scheduler"]

    def test_bundle_is_as_good_as_its_parts(self):
        self.draw(9, 13)
        source = FIXTURES / "mrir/bundle"
        shutil.copytree(source, self.folder / "run")
        for role in ["unet", "controlnet", "image_encoder"]:
            self.folder.pickle(f"run/{role}")
        refine = self.folder.save(
            {"refine": fixture("mrir/bundle/restorer/model.safetensors"), "step": 5}, "refine.pt")
        self.fails(self.folder.convert(refine, "-o", "mrir"), "--unet, --controlnet")
        parts = [word for role in self.PARTS
                 for word in ("--" + role.replace("_", "-"), f"run/{role}")]
        self.succeeds(self.folder.convert(refine, "-o", "mrir", *parts))
        self.succeeds(self.folder.limpid("verify", "mrir"))
        prompt = ["--prompt", "photo", "--steps", 2, "--process-size", 0]
        shutil.copytree(source, self.folder / "bare")
        self.assertEqual(
            self.restored("mrir", "a.png", *prompt), self.restored("bare", "b.png", *prompt))


class TextualDegRemoval(Case):
    """The tensors of the tests' own bundle, in files as the public code writes them."""

    def setUp(self):
        super().setUp()
        self.draw(40, 48)
        folder, source = self.folder, FIXTURES / "textualdegremoval"
        shutil.copytree(source / "text_to_image", folder / "sd21")
        self.succeeds(folder.bundle("sd21", "--pipeline", "StableDiffusionPipeline"))
        self.mapper = fixture("textualdegremoval/mapper/model.safetensors")
        folder.save({"params": fixture("textualdegremoval/guided.safetensors")}, "net_g.pth")
        folder.save(self.mapper, "mapper_200000.pt")
        folder.save(
            fixture("textualdegremoval/textual_restoration/model.safetensors"), "clean_200000.pt")
        self.save_clip(folder / "clip", source / "image_encoder")

    @staticmethod
    def save_clip(place, source):
        """Both towers in one file, as CLIP is published."""
        place.mkdir()
        towers = {
            key if key.startswith("vision_model.") else "vision_model." + key: value
            for key, value in fixture("textualdegremoval/image_encoder/model.safetensors").items()}
        torch_files.save(
            towers | {"text_model.x.weight": zeros(3), "logit_scale": zeros()},
            place / "pytorch_model.bin")
        vision = json.loads((source / "config.json").read_text())
        (place / "config.json").write_text(json.dumps(
            {"architectures": ["CLIPModel"], "model_type": "clip", "vision_config": vision}))

    def convert(self, name, **others):
        parts = {
            "mapper": "mapper_200000.pt", "textual-restoration": "clean_200000.pt",
            "image-encoder": "clip", "text-to-image": "sd21"} | others
        options = [word for part in parts.items() for word in ("--" + part[0], part[1])]
        return self.folder.convert("net_g.pth", "-o", name, *options)

    def restored(self, model, output, *arguments):
        return super().restored(
            model, output, "--steps", 2, "--no-cache-references", *arguments)

    def test_bundle_paints_with_its_parts(self):
        self.succeeds(self.convert("tdr"))
        self.succeeds(self.folder.limpid("verify", "tdr"))
        shutil.copytree(FIXTURES / "textualdegremoval", self.folder / "bare")
        (self.folder / "bare/guided.safetensors").rename(self.folder / "bare/net.safetensors")
        painted = self.restored("tdr", "a.png")
        self.assertEqual(painted, self.restored("bare/net.safetensors", "b.png"))
        self.assertNotEqual(painted, self.restored("tdr", "c.png", "--reference-image", "in.png"))

    def test_guided_network_alone_wants_a_reference(self):
        self.succeeds(self.folder.convert("net_g.pth", "-o", "alone"))
        self.restored("alone", "a.png", "--reference-image", "in.png")
        self.fails(
            self.folder.limpid("restore", "-m", "alone", "-i", "in.png", "-o", "b.png"),
            "--reference-image")

    def test_parts_are_what_they_are_called(self):
        self.fails(self.convert("tdr", mapper="clean_200000.pt"), "not TextualDegRemoval image-to")
        self.folder.save(self.mapper | {"mapping_x.weight": zeros(3)}, "more.pt")
        self.fails(self.convert("tdr", mapper="more.pt"), "1 tensors are not part of")
        self.fails(self.convert("tdr", **{"text-to-image": "sd15"}), "it is no bundle")
        self.fails(
            self.folder.convert("net_g.pth", "-o", "tdr", "--mapper", "mapper_200000.pt"),
            "belong together")
        self.assertFalse((self.folder / "tdr").exists())


class Diffusers(Case):
    """Folders whose weights are a variant or pickled."""

    def setUp(self):
        super().setUp()
        shutil.copytree(FIXTURES / "pipelines/sd15", self.folder / "sd15")

    def test_variants_are_read_as_they_are(self):
        for role in ["unet", "vae", "text_encoder"]:
            for file in (self.folder / "sd15" / role).glob("*.safetensors"):
                file.rename(file.with_name(f"{file.stem}.fp16.safetensors"))
            self.succeeds(self.folder.limpid("inspect", f"sd15/{role}"))

    def test_pickles_are_named_and_converted(self):
        for role in ["unet", "vae", "text_encoder"]:
            self.folder.pickle(f"sd15/{role}")
        self.fails(self.folder.limpid("inspect", "sd15/unet"), ".bin", "tools/convert")
        self.succeeds(self.folder.convert("sd15/unet", "-o", "unet"))
        self.succeeds(self.folder.limpid("inspect", "unet"))
        self.succeeds(self.folder.convert("sd15", "-o", "whole"))
        self.succeeds(self.folder.limpid("verify", "whole"))
        self.succeeds(self.folder.limpid(
            "generate", "-m", "whole", "-p", "a photo", "-o", "out.png", "--steps", 1, "-g", "reference"))
