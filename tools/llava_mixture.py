"""Which type the tensors of LLaVA-1.5 have in GGUF files: the mixtures that llama.cpp makes."""

import gguf_blocks

# The number of a file's type, and the types of matrices: of most, and of those that matter more.
KINDS = {"Q4_K": (15, "Q4_K", "Q6_K"), "Q8_0": (7, "Q8_0", "Q8_0"), "F16": (1, "F16", "F16")}


def matters(name, layers):
    """Whether llama.cpp's mixture has more bits for a tensor."""
    part = name.split(".")[-2]
    if part not in ["attn_v", "ffn_down"]:
        return part == "output"
    layer, eighth = int(name.split(".")[1]), layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def of_language(kind, name, shape, layers):
    """The type of a tensor of the language model, and the one that it was to have: rows that are no
    blocks of one type may be of another."""
    if len(shape) == 1:
        return "F32", "F32"
    _, most, others = KINDS[kind]
    wanted = others if matters(name, layers) else most
    return next(k for k in (wanted, "Q8_0", "F16") if gguf_blocks.fits(k, shape[-1])), wanted


def of_tower(name, shape):
    return "F32" if len(shape) == 1 or name == "v.position_embd.weight" else "F16"
