"""LPIPS's weights out of what others ship: a classifier of torchvision, and the linear layers of the
package lpips, under the names that the package's own module has.
"""

import array
import pathlib
import tempfile

import checkpoint_tensors
import safetensors_files
from ncnn_files import Held

# The convolutions among torchvision's features, stage by stage.
STAGES = {
    "AlexNet": [[0], [3], [6], [8], [10]],
    "VGG-16": [[0, 2], [5, 7], [10, 12, 14], [17, 19, 21], [24, 26, 28]],
}
# What colours are shifted and scaled by, which the package has in its code.
SHIFT, SCALE = [-0.030, -0.088, -0.188], [0.458, 0.448, 0.450]


def tensors(path):
    """Those of a checkpoint, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "all.safetensors"
        checkpoint_tensors.extract(path, place)
        return {name: Held(tensor.dtype, tensor.shape, tensor.bytes())
                for name, tensor in safetensors_files.read(place).items()}


def colour(values):
    return Held("F32", (1, 3, 1, 1), array.array("f", values).tobytes())


def write(classifier, linear, target):
    """Raises ValueError for what is neither."""
    features = {name: tensor for name, tensor in tensors(classifier).items()
                if name.startswith("features.")}
    layers = {int(name.split(".")[1]) for name in features}
    stages = next((stages for stages in STAGES.values() if layers == {*sum(stages, [])}), None)
    if not stages:
        raise ValueError(f"these are not the layers of {' or '.join(STAGES)} as torchvision has them")
    joined = {"scaling_layer.shift": colour(SHIFT), "scaling_layer.scale": colour(SCALE)}
    for number, stage in enumerate(stages, 1):
        for layer in stage:
            for part in ["weight", "bias"]:
                joined[f"net.slice{number}.{layer}.{part}"] = features[f"features.{layer}.{part}"]
    joined |= {name: tensor for name, tensor in tensors(linear).items() if name.startswith("lin")}
    safetensors_files.write(target, joined)
