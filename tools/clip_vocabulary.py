"""CLIP's vocabulary as its authors publish it, as the two files that tokenizers of Hugging Face have.

A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", ICML 2021;
the byte alphabet is that of A. Radford et al., "Language Models are Unsupervised Multitask Learners",
2019.
"""

import gzip
import json

# Of the published list only so many merges are used.
MERGES = 49152 - 256 - 2
SPECIAL = ["<|startoftext|>", "<|endoftext|>"]


def alphabet():
    """A visible character for every byte: its own where it has one, others from 256 on."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(code) for code in visible] + [chr(256 + place) for place in range(len(hidden))]


def write(packed, folder):
    """- packed: the published list, compressed."""
    merges = gzip.decompress(packed).decode().split("\n")[1:MERGES + 1]
    letters = alphabet()
    words = letters + [letter + "</w>" for letter in letters]
    words += [merge.replace(" ", "") for merge in merges] + SPECIAL
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(
        json.dumps({word: place for place, word in enumerate(words)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
