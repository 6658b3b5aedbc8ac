"""Reads the tensors of a PyTorch checkpoint without running what its pickle says.

    python -I tools/pickles.py CHECKPOINT OUT.safetensors [PREFIX]

A pickle can hold code. This is a process of its own that gives up the network first and then lets
PyTorch's `weights_only` reader build tensors and plain containers. Objects of other classes, such as
what a trainer keeps beside the tensors, become empty ones; their code is not even imported. What
optimizers keep is never read, and the averages that Stable Diffusion's trainer keeps of all
parameters (`model_ema.`) are left out. With a PREFIX, only tensors whose names begin with it count.

Needs torch and safetensors.
"""

import ctypes
import subprocess
import sys
import zipfile

# What checkpoints wrap their tensors in, the better ones first.
WRAPPERS = ["params_ema", "params-ema", "model_state_dict", "state_dict", "params", "model", "net"]
AVERAGES = "model_ema."
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


class Forgotten:
    """What becomes of objects that are neither tensors nor plain containers."""

    def __new__(cls, *_, **__):
        return super().__new__(cls)

    def __init__(self, *_, **__):
        pass

    def __setstate__(self, _):
        pass


def give_up_the_network():
    """Leaves this process without any, where the system allows it, and refuses sockets anyway."""
    ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)

    def refuse(event, _):
        if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system")):
            raise PermissionError(f"{event} while a checkpoint is read")

    sys.addaudithook(refuse)


def content(source):
    import torch
    from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

    is_zip = zipfile.is_zipfile(source)
    names = get_unsafe_globals_in_checkpoint(source) if is_zip else []
    with safe_globals([(Forgotten, name) for name in names]):
        # Only tensors that are used come into memory.
        return torch.load(source, map_location="cpu", weights_only=True, mmap=is_zip)


def tensors_of(content):
    """The tensors of a checkpoint, out of what it wraps them in."""
    import torch

    for wrapper in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            return tensors_of(content[wrapper])
    if not isinstance(content, dict):
        raise SystemExit("the checkpoint holds no tensors by name")
    tensors = {key: value for key, value in content.items() if isinstance(value, torch.Tensor)}
    if not tensors:
        raise SystemExit("the checkpoint holds no tensors by name")
    return tensors


def apart(tensors):
    """The same tensors, none of which shares its memory with another."""
    owners = set()
    for name, tensor in tensors.items():
        tensor = tensor.contiguous()
        memory = tensor.untyped_storage()
        if memory.data_ptr() in owners or memory.nbytes() > tensor.nbytes:
            tensor = tensor.clone()
        owners.add(memory.data_ptr())
        yield name, tensor


def main(source, target, prefix=""):
    import torch  # noqa: F401, while it may still look around
    from safetensors.torch import save_file

    give_up_the_network()
    try:
        tensors = tensors_of(content(source))
    except Exception as error:
        raise SystemExit(
            f"{source}: no checkpoint, or more than tensors in it ({type(error).__name__})")
    kept = {
        name: tensor for name, tensor in tensors.items()
        if name.startswith(prefix) and not name.startswith(AVERAGES)}
    averages = sum(name.startswith(AVERAGES) for name in tensors)
    if averages:
        print(f"{source}: {averages} averages are left out ({AVERAGES}*)", file=sys.stderr)
    save_file(dict(apart(kept)), target)


def read(source, target, prefix=""):
    """In a process without a network: the tensors of a checkpoint into a safetensors file."""
    subprocess.run([sys.executable, "-I", __file__, source, target, prefix], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
