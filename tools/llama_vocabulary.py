"""Llama's vocabulary out of tokenizer.model or tokenizer.json, as GGUF files hold it: pieces with
scores and types.

tokenizer.json has the order of merges in place of scores. Where all merges into a piece stand behind
each other, as the converters of transformers write them, scores that fall from piece to piece say
the same.
"""

import json
import struct

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
LAST_SCORE = -1e4
BYTES = {f"<0x{byte:02X}>" for byte in range(256)}


class Pieces:
    def __init__(self):
        self.texts, self.scores, self.types = [], [], []
        self.start, self.end, self.unknown = 1, 2, 0

    def add(self, text, score, kind):
        self.texts.append(text)
        self.scores.append(score)
        self.types.append(kind)

    def fill(self, count):
        """Pieces that stand for nothing, as llama.cpp's converter names them."""
        for number in range(len(self.texts), count):
            self.add(f"[PAD{number}]", LAST_SCORE, UNUSED)

    def replace(self, number, text, kind):
        self.fill(number + 1)
        self.texts[number], self.types[number] = text, kind

    def metadata(self, count):
        """- count: tokens that the model knows."""
        if len(self.texts) > count:
            raise ValueError(f"the tokenizer has {len(self.texts)} tokens, the model knows {count}")
        self.fill(count)
        name = "tokenizer.ggml."
        return {
            f"{name}model": "llama", f"{name}pre": "default", f"{name}tokens": self.texts,
            f"{name}scores": self.scores, f"{name}token_type": self.types,
            f"{name}bos_token_id": self.start, f"{name}eos_token_id": self.end,
            f"{name}unknown_token_id": self.unknown, f"{name}add_bos_token": True,
            f"{name}add_eos_token": False, f"{name}add_space_prefix": True}


def read(folder):
    """The pieces of a folder's tokenizer; scores are taken from tokenizer.model where it is there."""
    model, file = folder / "tokenizer.model", folder / "tokenizer.json"
    description = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if model.is_file():
        pieces = of_sentencepiece(model.read_bytes())
    elif description:
        pieces = of_merges(description)
    else:
        raise ValueError("neither tokenizer.json nor tokenizer.model is there")
    known = len(pieces.texts)
    for token in sorted(description.get("added_tokens", []), key=lambda token: token["id"]):
        if token["id"] >= known:
            kind = CONTROL if token.get("special") else USER_DEFINED
            pieces.replace(token["id"], token["content"], kind)
    return pieces


# MARK: - tokenizer.model, a protocol buffer


def fields(data):
    """The numbers of fields with their values: whole numbers, and bytes of all others."""
    place = 0

    def variable():
        nonlocal place
        number = shift = 0
        while True:
            byte = data[place]
            place += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    try:
        while place < len(data):
            tag = variable()
            if tag & 7 == 0:
                yield tag >> 3, variable()
                continue
            length = {1: 8, 5: 4}.get(tag & 7) or variable()
            if tag & 7 not in (1, 2, 5) or place + length > len(data):
                raise IndexError
            yield tag >> 3, data[place:place + length]
            place += length
    except IndexError:
        raise ValueError("tokenizer.model is damaged or broken off")


def of_sentencepiece(data):
    pieces, training, normalizer = Pieces(), {}, {}
    for number, content in fields(data):
        if number == 1:
            piece = dict(fields(content))
            score, = struct.unpack("<f", piece.get(2, bytes(4)))
            pieces.add(piece.get(1, b""), score, piece.get(3, NORMAL))
        elif number in (2, 3):
            (training if number == 2 else normalizer).update(fields(content))
    if training.get(3, 1) != 2 or not training.get(35):
        raise ValueError("tokenizer.model is not of byte pairs with bytes for unknown characters")
    spaces = normalizer.get(3, 1), normalizer.get(4, 1), normalizer.get(5, 1)
    if normalizer.get(2) or spaces != (1, 0, 1):
        raise ValueError("tokenizer.model has another way to spaces than Llama's")
    pieces.unknown, pieces.start, pieces.end = (
        training.get(field, usual) for field, usual in [(40, 0), (41, 1), (42, 2)])
    return pieces


# MARK: - tokenizer.json


def of_merges(description):
    model = description["model"]
    if model.get("type", "BPE") != "BPE" or not model.get("byte_fallback"):
        raise ValueError("tokenizer.json is not of byte pairs with bytes for unknown characters")
    steps = (description.get("normalizer") or {}).get("normalizers")
    if description.get("pre_tokenizer") or steps != [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]:
        raise ValueError("tokenizer.json has another way to spaces than Llama's")
    scores = merge_scores(model["merges"])
    special = {token["content"] for token in description.get("added_tokens", []) if token["special"]}
    numbers = model["vocab"]
    pieces = Pieces()
    pieces.fill(len(numbers))
    for text, number in numbers.items():
        kind = (UNKNOWN if text == model.get("unk_token") else CONTROL if text in special
                else BYTE if text in BYTES else NORMAL)
        pieces.replace(number, text, kind)
        pieces.scores[number] = scores.get(text, LAST_SCORE if kind == NORMAL else 0.0)
    pieces.unknown, pieces.start, pieces.end = (numbers[text] for text in ["<unk>", "<s>", "</s>"])
    return pieces


def merge_scores(merges):
    """Of every piece that merges make: the earlier, the higher."""
    scores, last = {}, None
    for merge in merges:
        text = "".join(merge.split(" ") if isinstance(merge, str) else merge)
        if text != last and text in scores:
            raise ValueError(
                "tokenizer.json has an order of merges that GGUF files cannot hold; "
                "with tokenizer.model beside it, that is taken")
        scores.setdefault(text, float(-len(scores)))
        last = text
    return scores
