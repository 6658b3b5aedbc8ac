"""Folders as diffusers and transformers write them: `config.json` beside weights, which may be in
shards, in a variant such as `*.fp16.safetensors`, or pickled as `.bin`."""

import json
import pathlib
import shutil
import tempfile

import checkpoint_tensors
import safetensors_files

STEMS = ["diffusion_pytorch_model", "model", "pytorch_model"]
# What else is taken from a folder, such as a tokenizer's.
SMALL = [".json", ".txt", ".model"]
# The parts of a pipeline that are used; not what looks for nudity, for example.
ROLES = ["tokenizer", "tokenizer_2", "text_encoder", "text_encoder_2", "image_encoder", "unet",
         "controlnet", "vae", "scheduler"]


def indexed(index):
    return sorted(set(json.loads(index.read_text())["weight_map"].values()))


def weights(folder):
    """The files of a component's weights: safetensors rather than pickles, and those of no variant
    rather than those of one, of which half precision is the first choice."""
    for ending in [".safetensors", ".bin"]:
        for variant in ["", "fp16", "bf16", "*"]:
            for stem in STEMS:
                dotted = f".{variant}" if variant else ""
                files = sorted(
                    file for file in folder.glob(f"{stem}{dotted}{ending}") if "-of-" not in file.name)
                indices = sorted(folder.glob(f"{stem}{ending}.index{dotted}.json"))
                if files:
                    return [files[0]]
                if indices:
                    return [folder / name for name in indexed(indices[0])]
    return []


def tensors(files, scratch, prefix=""):
    """The tensors of these files by name; pickles are read into a folder first."""
    found = {}
    for number, file in enumerate(files):
        if not safetensors_files.is_one(file):
            target = pathlib.Path(scratch) / f"{number}.safetensors"
            checkpoint_tensors.extract(file, target, prefix)
            file = target
        found |= {name: tensor for name, tensor in safetensors_files.read(file).items()
                  if name.startswith(prefix)}
    return found


def copy(source, target, config=None, prefix=""):
    """A component with its weights in one safetensors file; only tensors with this prefix."""
    target.mkdir()
    files = weights(source)
    if not files:
        raise SystemExit(f"{source}: no weights there, as .safetensors or .bin")
    config = config or json.loads((source / "config.json").read_text())
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    stem = STEMS[0] if "_class_name" in config else STEMS[1]
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        found = tensors(files, scratch, prefix)
        if not found:
            raise SystemExit(f"{files[0]}: no tensor's name begins with {prefix}")
        safetensors_files.write(target / f"{stem}.safetensors", found)


def copy_tower(source, target, part):
    """CLIP's tower for `text` or `vision` out of a folder that may be of both."""
    config = json.loads((source / "config.json").read_text())
    inner = config.get(f"{part}_config")
    if inner is None or not any(name.startswith("CLIPModel") for name in config["architectures"]):
        return copy(source, target)
    name = f"CLIP{part.capitalize()}Model"
    inner = {"model_type": f"clip_{part}_model"} | inner | {"architectures": [name]}
    copy(source, target, inner, f"{part}_model.")


def copy_small(source, target):
    """What has no weights."""
    target.mkdir()
    for file in sorted(source.iterdir()):
        if file.suffix in SMALL and file.is_file():
            shutil.copyfile(file, target / file.name)


def copy_pipeline(source, target):
    """All parts of a pipeline that are used; returns the folders of networks."""
    shutil.copyfile(source / "model_index.json", target / "model_index.json")
    networks = []
    for role in ROLES:
        if (source / role / "config.json").is_file():
            copy(source / role, target / role)
            networks.append(target / role)
        elif (source / role).is_dir():
            copy_small(source / role, target / role)
    return networks
