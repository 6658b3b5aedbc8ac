"""The tensors of a network, out of whatever a trainer wraps them in, as a safetensors file.

    python -I tools/checkpoint_tensors.py CHECKPOINT OUT.safetensors [PREFIX]

CHECKPOINT is what `torch.save` wrote, a safetensors file, or a `.param` of ncnn. Of several dictionaries of tensors the
averaged one is taken, then the one with the best name. What optimizers keep is never looked at. With
a PREFIX, only what begins with it counts: a path of keys and the beginning of names.

This is a process of its own that gives up the network first, although nothing in a checkpoint is
run; see pickles.py.
"""

import ctypes
import pathlib
import subprocess
import sys

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import ncnn_files  # noqa: E402
import pickles  # noqa: E402
import safetensors_files  # noqa: E402

# What dictionaries of tensors are called, the better ones first; others come after them.
PREFERRED = [
    "params_ema", "params-ema", "ema_state_dict", "state_dict_ema", "model_ema", "ema_model",
    "ema_params", "ema", "averaged_model", "swa_model", "model_state_dict", "state_dict", "params",
    "model", "net", "network", "generator", "netg", "net_g", "g_ema", "g", "weights", "restorer"]
# What trainers keep beside a network, by the beginning of its key.
OTHERS = (
    "optim", "lr_sched", "scheduler", "scaler", "grad_scaler", "callback", "loops", "hyper",
    "hparams", "args", "config", "rng", "amp", "metric", "loss", "lpips", "perceptual", "disc",
    "netd", "net_d", "d_", "buffer", "history", "trainer")
# What stands in the middle of names after wrapping a module.
WRAPPERS = ["_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module."]
# What Stable Diffusion's trainer calls its averages, whose names have no dots further on.
AVERAGES = "model_ema."
DEEPEST = 8
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def give_up_the_network():
    """Leaves this process without any, where the system allows it, and refuses sockets anyway."""
    ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)

    def refuse(event, _):
        if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system")):
            raise PermissionError(f"{event} while a checkpoint is read")

    sys.addaudithook(refuse)


def is_tensor(value):
    return isinstance(value, (pickles.Tensor, safetensors_files.Stored, ncnn_files.Held))


def parameters(thing, prefix="", depth=0):
    """The tensors of a pickled module by name; of modules in it behind their names."""
    state = getattr(thing, "state", None)
    if not isinstance(state, dict) or depth > 4 * DEEPEST:
        return {}
    groups = [state.get(key) or {} for key in ["_parameters", "_buffers", "_modules"]]
    members = [group for group in groups if isinstance(group, dict)] if any(groups) else [state]
    tensors = {}
    for group in members:
        for name, value in group.items():
            if is_tensor(value):
                tensors[f"{prefix}{name}"] = value
            elif isinstance(value, pickles.Forgotten):
                tensors |= parameters(value, f"{prefix}{name}.", depth + 1)
    return tensors


def dictionaries(content, path=(), others=OTHERS):
    """Every dictionary of tensors in what was saved, with the keys that lead to it."""
    if isinstance(content, pickles.Forgotten):
        content = parameters(content)
    if not isinstance(content, dict) or len(path) > DEEPEST:
        return
    tensors = {key: value for key, value in content.items()
               if isinstance(key, str) and is_tensor(value)}
    if tensors:
        yield path, tensors
    for key, value in content.items():
        if isinstance(key, str) and not key.lower().startswith(others):
            yield from dictionaries(value, (*path, key), others)


def rank(path):
    """The smaller, the better; by the best name on the way."""
    names = [key.lower() for key in path]
    return min([PREFERRED.index(name) for name in names if name in PREFERRED],
               default=len(PREFERRED))


def joined(path, name=""):
    return ".".join([*path, name] if name else path)


def chosen(content, prefix):
    """The tensors that are meant, and what to say about others."""
    found = list(dictionaries(content)) or list(dictionaries(content, others=()))
    if prefix:
        found = [
            (path, {name: tensor for name, tensor in tensors.items()
                    if name.startswith(prefix) or joined(path, name).startswith(prefix)})
            for path, tensors in found]
    # Not counters and the like, beside a dictionary that holds the network.
    found = [(path, tensors) for path, tensors in found if tensors]
    found = [entry for entry in found if any(len(t.shape) > 1 for t in entry[1].values())] or found
    if not found:
        raise pickles.Unreadable(
            f"no tensor's name begins with {prefix}" if prefix else "it holds no tensors by name")
    best = min(rank(path) for path, _ in found)
    taken = [entry for entry in found if rank(entry[0]) == best]
    names = ", ".join(joined(path) or "the outermost" for path, _ in taken)
    said = [f"{len(tensors)} tensors of {joined(path) or 'the outermost'} are left out, {names} is taken"
            for path, tensors in found if rank(path) != best]
    if len(taken) == 1:
        return taken[0][1], said
    # Parts of one network, or several; their names tell.
    return {joined(path, name): tensor for path, tensors in taken
            for name, tensor in tensors.items()}, said


def is_average(name):
    return name.startswith(AVERAGES) and "." not in name[len(AVERAGES):]


def unwrapped(name):
    for wrapper in WRAPPERS:
        name = name.replace(wrapper, "")
    return name


def main(source, target, prefix=""):
    give_up_the_network()
    try:
        if safetensors_files.is_one(source):
            content = safetensors_files.read(source)
        elif ncnn_files.is_one(source):
            content = ncnn_files.read(source)
        else:
            content = pickles.load(source)
        tensors, said = chosen(content, prefix)
        kept = {unwrapped(name): tensor for name, tensor in tensors.items() if not is_average(name)}
        if len(kept) < len(tensors):
            said.append(f"{len(tensors) - len(kept)} averages are left out ({AVERAGES}*)")
        safetensors_files.write(target, kept)
    except (pickles.Unreadable, ncnn_files.Unreadable) as error:
        raise SystemExit(f"{source}: {error}")
    except OSError as error:
        raise SystemExit(f"{error.filename or source}: {error.strerror}")
    except MemoryError:
        raise SystemExit(f"{source}: there is not enough memory for it")
    for line in said:
        print(f"{source}: {line}", file=sys.stderr)


def extract(source, target, prefix=""):
    """In a process without a network: the tensors of a checkpoint into a safetensors file."""
    subprocess.run([sys.executable, "-I", __file__, source, target, prefix], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
