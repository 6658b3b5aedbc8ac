"""One network in all that trainers wrap it in."""

import array
import shutil
import struct
import sys

import safetensors_files
from cases import TOOLS, Callback, Case, Trap, behind, fixture, nafnet, zeros
from torch_files import Tensor


class Pickles(Case):
    """Every format of PyTorch's own; tools/fixtures/checkpoints.py."""

    def test_all_formats_hold_the_same(self):
        place = TOOLS / "fixtures/checkpoints"
        expected = safetensors_files.read(place / "expected.safetensors")
        files = [file for file in sorted(place.iterdir()) if file.suffix != ".safetensors"]
        self.assertGreater(len(files), 8)
        for file in files:
            with self.subTest(file.name):
                self.succeeds(self.folder.run(
                    sys.executable, "-I", TOOLS / "checkpoint_tensors.py", file, "out"))
                found = safetensors_files.read(self.folder / "out")
                self.assertEqual(found.keys(), expected.keys())
                for name, tensor in found.items():
                    self.assertEqual(tensor.shape, expected[name].shape)
                    self.assertEqual(tensor.bytes(), expected[name].bytes(), name)

    def test_damaged_files_are_one_line(self):
        whole = self.folder / self.folder.save(nafnet(), "whole.pth")
        bare = self.folder / self.folder.save(nafnet(), "bare.pth", is_bare=True)
        for name, content in {
                "cut.pth": whole.read_bytes()[:5000], "cut-bare.pth": bare.read_bytes()[:-100],
                "empty.pth": b"", "page.pth": b"<html></html>",
                "pointer.pth": b"version https://git-lfs.github.com/spec/v1\n"}.items():
            (self.folder / name).write_bytes(content)
            self.fails(self.folder.convert(name, "-o", "out"), name)
        self.fails(self.folder.convert(self.folder.save({"a": 1}, "none.pth"), "-o", "out"), "no tensors")

    def test_no_code_is_run(self):
        trap = self.folder / "sprung"
        checkpoint = self.folder.save({"state_dict": nafnet(), "callbacks": Trap(trap)}, "net.pth")
        self.succeeds(self.folder.convert(checkpoint, "-o", "net"))
        self.assertFalse(trap.exists())


class Wrapped(Case):
    """One small NAFNet in everything that trainers wrap it in."""

    def setUp(self):
        super().setUp()
        self.tensors = nafnet()

    def converted(self, content, *arguments, **options):
        """The tensors of the bundle that comes of a checkpoint."""
        checkpoint = self.folder.save(content, "net.pth", **options)
        outcome = self.succeeds(self.folder.convert(checkpoint, "-o", "net", *arguments))
        tensors = safetensors_files.read(self.folder / "net/restorer/model.safetensors")
        found = {name: tensor.bytes() for name, tensor in tensors.items()}
        shutil.rmtree(self.folder / "net")
        return found, outcome.stderr

    def holds_the_network(self, content, *arguments, tensors=None, says="", **options):
        found, said = self.converted(content, *arguments, **options)
        wanted = {name: tensor.data for name, tensor in (tensors or self.tensors).items()}
        self.assertEqual(found, wanted)
        self.assertIn(says, said)

    def test_any_single_dictionary(self):
        moments = {0: {"step": 3, "exp_avg": zeros(5, 4), "exp_avg_sq": zeros(5, 4)}}
        optimizer = {"state": moments, "param_groups": [{"lr": 1e-4, "params": [0]}]}
        for content in [
                self.tensors, {"weights_of_the_best": self.tensors, "epoch": 7, "opt": optimizer},
                {"a": {"b": {"c": self.tensors}}}, {"optim_net": self.tensors}]:
            self.holds_the_network(content)
        self.holds_the_network({"net": self.tensors, "optimizer": optimizer}, is_bare=True)

    def test_averages_come_first_where_there_are_any(self):
        self.holds_the_network({"params_ema": {}, "params": self.tensors})
        self.holds_the_network(
            {"params": nafnet(), "params_ema": self.tensors}, says="params_ema is taken")

    def test_prefixes(self):
        for prefix in ["module.", "netG.", "model.diffusion.", "_orig_mod.", "net._orig_mod."]:
            self.holds_the_network({"state_dict": behind(prefix, self.tensors)})

    def test_averaged_models(self):
        averaged = {"n_averaged": zeros(dtype="I64")} | behind("module.", self.tensors)
        self.holds_the_network(averaged, says="beside NAFNet")
        other = {name: zeros(*tensor.shape) for name, tensor in self.tensors.items()}
        ema = behind("ema_model.", self.tensors) | behind("online_model.", other)
        self.holds_the_network(ema | {"initted": zeros(1), "step": zeros(1)}, says="beside NAFNet")

    def test_lightning_with_others_beside(self):
        others = behind("lpips.", {"net.0.weight": zeros(8, 3, 3, 3), "scaling.shift": zeros(3)})
        self.holds_the_network({
            "epoch": 1, "pytorch-lightning_version": "2.4", "callbacks": {Callback: Callback()},
            "state_dict": behind("net.", self.tensors) | others | {"loss.weight": zeros()},
            "optimizer_states": [{"state": {0: {"exp_avg": zeros(4, 4)}}}]})

    def test_one_of_several(self):
        two = {"student": nafnet(8), "teacher": self.tensors}
        self.holds_the_network(two, "--prefix", "teacher")
        same = {"student": self.tensors, "teacher": self.tensors}
        self.fails(
            self.folder.convert(self.folder.save(same, "two.pth"), "-o", "net"), "by its prefix")

    def test_other_elements(self):
        double, brain = {}, {}
        for name, tensor in self.tensors.items():
            values = array.array("f", tensor.data)
            double[name] = Tensor("F64", tensor.shape, array.array("d", values))
            brain[name] = Tensor(
                "BF16", tensor.shape,
                b"".join(tensor.data[i + 2:i + 4] for i in range(0, len(tensor.data), 4)))
        self.holds_the_network(double)
        self.holds_the_network(brain, tensors=brain)

    def test_what_is_not_read_is_refused(self):
        more = self.tensors | {"encoders.0.0.extra.weight": zeros(3)}
        checkpoint = self.folder.save(more, "net.pth")
        self.fails(self.folder.convert(checkpoint, "-o", "net"), "1 tensors are not part of NAFNet")
        self.holds_the_network(more, "--allow-unused")

    def test_relatives_are_not_taken_for_each_other(self):
        guided = fixture("textualdegremoval/guided.safetensors")
        del guided[next(name for name in guided if name.startswith("masa_enc."))]
        checkpoint = self.folder.save(guided, "net.pth")
        self.fails(
            self.folder.convert(checkpoint, "-o", "net", "--allow-unused"), "not NAFNetRefFusion",
            "masa_enc.")

    def test_broken_numbers_are_told(self):
        self.tensors["intro.bias"] = Tensor("F32", (4,), struct.pack("4f", 0, 1, float("nan"), 2))
        self.folder.save_tensors(self.tensors, "net.safetensors")
        said = self.succeeds(self.folder.limpid("inspect", "net.safetensors")).stdout
        self.assertIn("intro.bias has 1 NaN", said)

    def test_bundle_is_as_good_as_the_tensors(self):
        self.draw(24, 40)
        self.succeeds(self.folder.convert(self.folder.save(self.tensors, "net.pth"), "-o", "net"))
        self.succeeds(self.folder.limpid("verify", "net"))
        bare = self.folder.save_tensors(behind("module.", self.tensors), "net.safetensors")
        self.assertEqual(self.restored("net", "a.png"), self.restored(bare, "b.png"))

    def test_what_is_missing_is_said_at_once(self):
        checkpoint = self.folder.save(self.tensors, "net.pth")
        convert = [sys.executable, TOOLS / "convert"]
        self.fails(
            self.folder.run(*convert, checkpoint, "-o", "net", "--limpid", "no-such-command"),
            "no-such-command: no such command")
        self.fails(self.folder.convert("none.pth", "-o", "net"), "none.pth: no such file")
