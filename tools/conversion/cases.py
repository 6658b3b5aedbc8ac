"""What the tests of conversion share: tensors, and a folder to work in."""

import array
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import golden
import safetensors_files
import torch_files
from torch_files import Tensor

TOOLS = pathlib.Path(__file__).resolve().parents[1]
FIXTURES = TOOLS.parent / "Tests/SystemFixtures/Fixtures"


class Callback:
    """What a trainer keeps; no reader of the checkpoint knows the class."""

    def __init__(self):
        self.best = 0.5


class Trap:
    """Code that a pickle runs when it is read without care."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return subprocess.check_call, (["touch", str(self.path)],)


def drawn(name, shape):
    """A random parameter that keeps activations near unit size."""
    generator = random.Random(name)
    mean, width, count = 0.0, 0.1, math.prod(shape)
    if name.endswith("logit_scale"):
        mean, width = 3.0, 0.0
    elif len(shape) > 1:
        width = (3 * shape[0] / count) ** 0.5
    elif name.endswith("weight"):
        mean, width = 1.0, 0.2
    values = array.array("f", (mean + width * generator.uniform(-1, 1) for _ in range(count)))
    return Tensor("F32", shape, values)


def zeros(*shape, dtype="F32"):
    return Tensor(dtype, shape, bytes(math.prod(shape) * (8 if dtype == "I64" else 4)))


def fixture(path):
    """The tensors of a safetensors file."""
    return {name: Tensor(tensor.dtype, tensor.shape, tensor.bytes())
            for name, tensor in safetensors_files.read(FIXTURES / path).items()}


def behind(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def nafnet(width=4):
    """The parameters of a small NAFNet under their own names."""
    shapes = {}

    def convolution(name, out, inner, kernel, bias=True):
        shapes[f"{name}.weight"] = (out, inner, kernel, kernel)
        if bias:
            shapes[f"{name}.bias"] = (out,)

    def block(name, c):
        for norm in ["norm1", "norm2"]:
            shapes[f"{name}.{norm}.weight"] = shapes[f"{name}.{norm}.bias"] = (c,)
        convolution(f"{name}.conv1", 2 * c, c, 1)
        convolution(f"{name}.conv2", 2 * c, 1, 3)
        convolution(f"{name}.conv3", c, c, 1)
        convolution(f"{name}.sca.1", c, c, 1)
        convolution(f"{name}.conv4", 2 * c, c, 1)
        convolution(f"{name}.conv5", c, c, 1)
        shapes[f"{name}.beta"] = shapes[f"{name}.gamma"] = (1, c, 1, 1)

    convolution("intro", width, 3, 3)
    block("encoders.0.0", width)
    convolution("downs.0", 2 * width, width, 2)
    block("middle_blks.0", 2 * width)
    convolution("ups.0.0", 4 * width, 2 * width, 1, bias=False)
    block("decoders.0.0", width)
    convolution("ending", 3, width, 3)
    return {name: drawn(name, shape) for name, shape in shapes.items()}


class Folder:
    """A temporary folder, and the commands that work in it."""

    command = "limpid"

    def __init__(self, test):
        place = tempfile.TemporaryDirectory()
        test.addCleanup(place.cleanup)
        self.path = pathlib.Path(place.name)

    def __truediv__(self, name):
        return self.path / name

    def run(self, *command):
        command = [str(part) for part in command]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.path)

    def limpid(self, *arguments):
        return self.run(Folder.command, *arguments)

    def convert(self, *arguments):
        return self.run(sys.executable, TOOLS / "convert", *arguments, "--limpid", Folder.command)

    def bundle(self, *arguments):
        return self.run(sys.executable, TOOLS / "bundle", *arguments)

    def save(self, content, name, **options):
        torch_files.save(content, self / name, **options)
        return name

    def save_tensors(self, tensors, name):
        safetensors_files.write(self / name, tensors)
        return name

    def pickle(self, component):
        """Replaces a component's weights by what transformers and diffusers pickle."""
        for file in (self / component).glob("*.safetensors"):
            stem = "pytorch_model" if file.stem == "model" else file.stem
            tensors = {name: Tensor(tensor.dtype, tensor.shape, tensor.bytes())
                       for name, tensor in safetensors_files.read(file).items()}
            torch_files.save(tensors, file.with_name(f"{stem}.bin"))
            file.unlink()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def succeeds(self, outcome):
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        return outcome

    def fails(self, outcome, *says):
        self.assertNotEqual(outcome.returncode, 0)
        self.assertEqual(outcome.stderr.count("\n"), 1, outcome.stderr)
        for text in says:
            self.assertIn(text, outcome.stderr)

    def draw(self, height, width):
        golden.png(self.folder / "in.png", width, height, seed=5)

    def restored(self, model, output, *arguments):
        self.succeeds(self.folder.limpid(
            "restore", "-m", model, "-g", "reference", "-i", "in.png", "-o", output,
            "--no-embed-settings", *arguments))
        return (self.folder / output).read_bytes()
