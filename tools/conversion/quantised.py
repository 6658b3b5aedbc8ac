"""GGUF files of LLaVA-1.5: blocks, layouts of safetensors, vocabularies, and texts about a picture."""

import json
import sys

import gguf
import gguf_blocks
import llama_vocabulary
import numpy as np
import safetensors_files
from cases import TOOLS, Case
from torch_files import Tensor

FIXTURES = TOOLS.parent / "Tests/LanguageTests/Fixtures"
TYPES = gguf.GGMLQuantizationType
# Squared error, relative to the numbers: at most this of normal ones.
BOUNDS = {"F32": 0, "F16": 0, "Q8_0": 3e-5, "Q6_K": 2.9e-4, "Q4_K": 5.2e-3}
WORDS = {
    "model_type": "llama", "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 8,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 900,
    "max_position_embeddings": 512, "rms_norm_eps": 1e-5}
SIGHT = {
    "model_type": "clip_vision_model", "hidden_size": 64, "intermediate_size": 96,
    "num_hidden_layers": 2, "num_attention_heads": 1, "image_size": 8, "patch_size": 4}
AUTHORS = {
    "architectures": ["LlavaLlamaForCausalLM"], "model_type": "llava", "image_aspect_ratio": "pad",
    "mm_vision_tower": "openai/clip-vit-large-patch14-336", "mm_projector_type": "mlp2x_gelu",
    "mm_vision_select_layer": -2, "mm_vision_select_feature": "patch"}
# What names begin with, since version 4.52 of transformers, before, and with the authors.
LAYOUTS = {
    "newer": {"model.vision_tower.": "model.vision_tower.vision_model."},
    "bare": {},
    "hub": {
        "model.language_model.": "language_model.model.", "lm_head.": "language_model.lm_head.",
        "model.vision_tower.": "vision_tower.vision_model.",
        "model.multi_modal_projector.": "multi_modal_projector."},
    "authors": {
        "model.language_model.": "model.", "model.vision_tower.": "vision_model.",
        "model.multi_modal_projector.linear_1.": "model.mm_projector.0.",
        "model.multi_modal_projector.linear_2.": "model.mm_projector.2."}}


def described(words=WORDS, sight=SIGHT):
    return {"architectures": ["LlavaForConditionalGeneration"], "model_type": "llava",
            "text_config": words, "vision_config": sight}


def stored(array):
    dtype = {"float16": "F16", "float32": "F32", "uint16": "BF16"}[array.dtype.name]
    return Tensor(dtype, array.shape, array.tobytes())


def fixture():
    """The tensors of tools/fixtures/llava.py, with the words of a larger vocabulary."""
    found = {}
    for name, tensor in safetensors_files.read(FIXTURES / "llava/model.safetensors").items():
        array = np.frombuffer(tensor.bytes(), np.float16).reshape(tensor.shape)
        if array.shape == (128, 32):
            array = np.concatenate([array, np.zeros((900 - 128, 32), np.float16)])
        found[name] = array
    return found


def drawn(words=WORDS, sight=SIGHT, seed=20):
    """A random model under its names since version 4.52 of transformers."""
    random = np.random.default_rng(seed)
    width, inner, seen, deep = (
        config[key] for config in (words, sight) for key in ("hidden_size", "intermediate_size"))
    keys = width // words["num_attention_heads"] * words["num_key_value_heads"]
    shapes = {"lm_head": (words["vocab_size"], width)}
    front = "model.language_model."
    shapes |= {f"{front}embed_tokens": (words["vocab_size"], width), f"{front}norm": (width,)}
    for layer in range(words["num_hidden_layers"]):
        place = f"{front}layers.{layer}."
        shapes |= {f"{place}{part}_layernorm": (width,) for part in ["input", "post_attention"]}
        shapes |= {f"{place}self_attn.{part}_proj": (rows, width) for part, rows in
                   [("q", width), ("k", keys), ("v", keys), ("o", width)]}
        shapes |= {f"{place}mlp.{part}_proj": (inner, width) for part in ["gate", "up"]}
        shapes[f"{place}mlp.down_proj"] = (width, inner)
    front, patch = "model.vision_tower.", sight["patch_size"]
    places = (sight["image_size"] // patch) ** 2 + 1
    biased = {f"{front}pre_layrnorm": (seen,)}
    for layer in range(sight["num_hidden_layers"]):
        place = f"{front}encoder.layers.{layer}."
        biased |= {f"{place}layer_norm{part}": (seen,) for part in (1, 2)}
        biased |= {f"{place}self_attn.{part}_proj": (seen, seen) for part in ["q", "k", "v", "out"]}
        biased |= {f"{place}mlp.fc1": (deep, seen), f"{place}mlp.fc2": (seen, deep)}
    biased |= {"model.multi_modal_projector.linear_1": (width, seen),
               "model.multi_modal_projector.linear_2": (width, width)}
    shapes |= biased | {f"{front}embeddings.patch_embedding": (seen, 3, patch, patch),
                        f"{front}embeddings.position_embedding": (places, seen)}
    names = {f"{name}.weight": shape for name, shape in shapes.items()}
    names |= {f"{name}.bias": shape[:1] for name, shape in biased.items()}
    names[f"{front}embeddings.class_embedding"] = (seen,)
    return {name: (random.standard_normal(shape) * (np.prod(shape[1:]) or 1) ** -0.5).astype(
        np.float16) for name, shape in names.items()}


def unpacked(path):
    """The tensors of a GGUF file in float32, and their types."""
    reader = gguf.GGUFReader(path)
    found = {tensor.name: gguf.dequantize(tensor.data, tensor.tensor_type).reshape(
        tensor.shape[::-1].tolist()) for tensor in reader.tensors}
    return found, {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}


def metadata(path):
    return {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()
            if not name.startswith("GGUF.")}


def error(found, wanted):
    wanted = wanted.astype(np.float64)
    return ((found - wanted) ** 2).sum() / max((wanted ** 2).sum(), 1e-300)


def normal(rows=64, width=512, seed=1):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


class Blocks(Case):
    def back(self, kind, numbers):
        blocks = gguf_blocks.packed(kind, numbers).reshape(len(numbers), -1)
        return gguf.dequantize(blocks, TYPES[kind])

    def test_q8_0_is_that_of_gguf(self):
        halves = np.round(normal() * 30) / 2
        halves[:, ::32] = 127
        for numbers in [normal(), normal() * 1e-7, normal() * 1e4, normal() * 0, halves, normal() ** 3]:
            numbers = numbers.astype(np.float32)
            wanted = gguf.quantize(numbers, TYPES.Q8_0).reshape(-1)
            self.assertTrue((gguf_blocks.packed("Q8_0", numbers) == wanted).all())

    def test_errors_are_those_of_the_documentation(self):
        for kind in gguf_blocks.PACKERS:
            for scale in [1e-2, 1, 1e3]:
                found = error(self.back(kind, normal() * scale), normal() * scale)
                self.assertLess(found, BOUNDS[kind], (kind, scale))
                self.assertGreater(found, BOUNDS[kind] * 0.8, (kind, scale))

    def test_groups_of_any_kind(self):
        outliers = np.where(normal(seed=2) > 2.5, 60, normal())
        for numbers, bound in [
                (np.abs(normal()), 0.002), (-np.abs(normal()), 0.002), (outliers, 0.008),
                (normal() ** 3, 0.009), (np.full((2, 256), 3), 1e-6), (np.full((2, 256), -3), 1e-6),
                (np.clip(normal() * 3e4, -65504, 65504), 0.006), (np.zeros((2, 256)), 0)]:
            for kind in ["Q4_K", "Q6_K"]:
                numbers = numbers.astype(np.float32)
                self.assertLessEqual(error(self.back(kind, numbers), numbers), bound)
        for kind in ["Q4_K", "Q6_K"]:
            self.assertTrue(np.isfinite(self.back(kind, normal() * 1e-30)).all())


class Vocabulary(Case):
    def test_files_say_the_same_as_a_converted_one(self):
        wanted = metadata(FIXTURES / "tokenizer/vocabulary.gguf")
        for name in ["tokenizer.model", "tokenizer.json"]:
            place = self.folder / name.replace(".", "-")
            place.mkdir()
            (place / name).write_bytes((FIXTURES / "tokenizer" / name).read_bytes())
            found = llama_vocabulary.read(place).metadata(900)
            texts = [text if isinstance(text, str) else text.decode()
                     for text in found["tokenizer.ggml.tokens"]]
            self.assertEqual(texts, wanted["tokenizer.ggml.tokens"])
            for key in ["model", "token_type", "bos_token_id", "eos_token_id"]:
                self.assertEqual(
                    found[f"tokenizer.ggml.{key}"], wanted[f"tokenizer.ggml.{key}"], (name, key))
            self.assertEqual(*(
                self.order(texts, pieces["tokenizer.ggml.scores"], wanted["tokenizer.ggml.token_type"])
                for pieces in (found, wanted)))

    def order(self, texts, scores, types):
        """The pieces that two others make, high scores first."""
        pieces = {text for text, kind in zip(texts, types) if kind == 1}
        made = [number for number, text in enumerate(texts) if text in pieces and any(
            text[:cut] in pieces and text[cut:] in pieces for cut in range(1, len(text)))]
        return sorted(made, key=lambda number: -scores[number])

    def test_added_tokens_stand_at_their_numbers(self):
        description = json.loads((FIXTURES / "tokenizer/tokenizer.json").read_text())
        description["added_tokens"].append({"id": 902, "content": "<image>", "special": True})
        (self.folder / "tokenizer.json").write_text(json.dumps(description))
        for _ in range(2):
            found = llama_vocabulary.read(self.folder.path).metadata(904)
            self.assertEqual(
                found["tokenizer.ggml.tokens"][900:], ["[PAD900]", "[PAD901]", "<image>", "[PAD903]"])
            self.assertEqual(found["tokenizer.ggml.token_type"][900:], [5, 5, 3, 5])
            model = (FIXTURES / "tokenizer/tokenizer.model").read_bytes()
            (self.folder / "tokenizer.model").write_bytes(model)

    def test_other_ways_are_refused(self):
        whole = (FIXTURES / "tokenizer/tokenizer.model").read_bytes()
        (self.folder / "tokenizer.model").write_bytes(whole[:9000])
        with self.assertRaisesRegex(ValueError, "broken off"):
            llama_vocabulary.read(self.folder.path)
        (self.folder / "tokenizer.model").unlink()
        description = json.loads((FIXTURES / "tokenizer/tokenizer.json").read_text())
        merges = description["model"]["merges"]
        description["model"]["merges"] = [*merges[1:], merges[0], *merges[-1:]]
        (self.folder / "tokenizer.json").write_text(json.dumps(description))
        with self.assertRaisesRegex(ValueError, "order of merges"):
            llama_vocabulary.read(self.folder.path)


class Models(Case):
    """Of layouts, shards and types."""

    def save(self, tensors, config, layout="newer", shards=1, tokenizer="tokenizer.model"):
        place = self.folder / "llava"
        place.mkdir(exist_ok=True)
        named = {}
        for name, array in tensors.items():
            front = next((front for front in LAYOUTS[layout] if name.startswith(front)), "")
            named[LAYOUTS[layout].get(front, "") + name.removeprefix(front)] = stored(array)
        if layout == "authors":
            config = AUTHORS | {**config["text_config"], "model_type": "llava"}
            (place / "vision_tower").mkdir(exist_ok=True)
            safetensors_files.write(place / "vision_tower/model.safetensors", {
                name: named.pop(name) for name in list(named) if name.startswith("vision_model.")})
        files = ["model.safetensors"] if shards == 1 else [
            f"model-{shard}.safetensors" for shard in range(shards)]
        for shard, file in enumerate(files):
            safetensors_files.write(
                place / file, {name: named[name] for name in sorted(named)[shard::shards]})
        if shards > 1:
            (place / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {
                name: files[number % shards] for number, name in enumerate(sorted(named))}}))
        (place / "config.json").write_text(json.dumps(config))
        (place / tokenizer).write_bytes((FIXTURES / "tokenizer" / tokenizer).read_bytes())

    def quantise(self, output="out", *arguments):
        outcome = self.folder.run(
            sys.executable, TOOLS / "quantise", "llava", "-o", output, *arguments)
        # Without what a slow machine is told of how far it is.
        lines = outcome.stderr.splitlines(keepends=True)
        outcome.stderr = "".join(line for line in lines if not line.endswith(" GB\n"))
        return outcome

    def test_every_layout_becomes_what_transformers_was_compared_with(self):
        """The files of tools/fixtures/llava.py, whose results are those of transformers."""
        config = json.loads((FIXTURES / "llava/config.json").read_text())
        config["text_config"]["vocab_size"] = 900
        for number, layout in enumerate(LAYOUTS):
            self.save(fixture(), config, layout, shards=1 + number)
            self.succeeds(self.quantise(layout, "--type", "F16"))
            for made, name in [("model-F16", "model"), ("mmproj-F16", "mmproj")]:
                path = self.folder / f"{layout}/{made}.gguf"
                found, wanted = unpacked(path)[0], unpacked(FIXTURES / f"llava/{name}.gguf")[0]
                if name == "mmproj":
                    # Under the names of old files.
                    swap = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}
                    wanted = {".".join(swap.get(part, part) for part in key.split(".")): tensor
                              for key, tensor in wanted.items()}
                self.assertEqual(found.keys(), wanted.keys())
                for key, tensor in wanted.items():
                    self.assertTrue((found[key][:len(tensor)] == tensor).all(), (layout, key))
                told = metadata(path)
                for key, content in metadata(FIXTURES / f"llava/{name}.gguf").items():
                    if (layout, key) != ("authors", "clip.vision.attention.head_count"):
                        self.assertEqual(told[key], content, (layout, key))
            for file in (self.folder / "llava").glob("model*"):
                file.unlink()

    def test_types_and_errors(self):
        tensors = drawn()
        self.save(tensors, described())
        self.succeeds(self.quantise("whole", "--type", "F16"))
        wanted = unpacked(self.folder / "whole/model-F16.gguf")[0]
        for kind in ["Q8_0", "Q4_K"]:
            outcome = self.succeeds(self.quantise(kind, "--type", kind))
            self.assertEqual(outcome.stderr, "")
            found, types = unpacked(self.folder / f"{kind}/model-{kind}.gguf")
            for name, tensor in wanted.items():
                self.assertLessEqual(error(found[name], tensor), BOUNDS[types[name]], name)
            self.assertEqual({types[name] for name in types if "norm" in name}, {"F32"})
        more = ["output"] + [f"blk.{layer}.{part}" for layer in [0, 3, 6, 7]
                             for part in ["attn_v", "ffn_down"]]
        self.assertEqual({name for name in types if types[name] == "Q6_K"},
                         {f"{name}.weight" for name in more})
        self.assertEqual(set(types.values()), {"F32", "Q6_K", "Q4_K"})
        self.assertEqual(metadata(self.folder / "Q4_K/model-Q4_K.gguf")["general.file_type"], 15)

    def test_brain_floats_and_single_precision(self):
        halves = drawn(WORDS | {"num_hidden_layers": 1})
        single = {name: array.astype(np.float32) for name, array in halves.items()}
        brain = {name: (array.view(np.uint32) >> 16).astype(np.uint16)
                 for name, array in single.items()}
        for number, tensors in enumerate([single, brain]):
            self.save(tensors, described(WORDS | {"num_hidden_layers": 1}))
            self.succeeds(self.quantise(f"{number}", "--type", "F16"))
            found = unpacked(self.folder / f"{number}/model-F16.gguf")[0]["output.weight"]
            self.assertLess(error(found, halves["lm_head.weight"]), [1e-12, 2e-5][number])

    def test_short_rows_have_other_types(self):
        words = WORDS | {"hidden_size": 64, "intermediate_size": 48, "num_hidden_layers": 1}
        self.save(drawn(words), described(words))
        said = self.succeeds(self.quantise()).stderr
        self.assertEqual(said, "llava: 9 tensors have rows that are no blocks, the first: "
                         "token_embd.weight is Q8_0, not Q4_K\n")
        types = unpacked(self.folder / "out/model-Q4_K.gguf")[1]
        self.assertEqual(types["blk.0.ffn_down.weight"], "F16")
        self.assertEqual(types["blk.0.ffn_up.weight"], "Q8_0")

    def test_texts_are_those_of_the_whole_model(self):
        words = WORDS | {"num_hidden_layers": 1, "intermediate_size": 256}
        self.save(drawn(words), described(words), tokenizer="tokenizer.json")
        self.draw(9, 13)
        texts = {}
        for kind in ["F16", "Q8_0", "Q4_K"]:
            self.succeeds(self.quantise(kind, "--type", kind))
            texts[kind] = self.succeeds(self.folder.limpid(
                "describe", "-m", kind, "in.png", "-g", "reference", "--max-tokens", "4")).stdout
            self.assertIn("prompt", json.loads(texts[kind]))
        self.assertEqual(texts["Q8_0"], texts["F16"])

    def test_what_cannot_be_is_one_line(self):
        tensors = fixture()
        config = json.loads((FIXTURES / "llava/config.json").read_text())
        config["text_config"]["vocab_size"] = 900
        query = "model.language_model.layers.0.self_attn.q_proj.weight"
        broken = tensors[query].copy()
        broken[3, 4] = np.nan
        for changes, said in [
                ({"architectures": ["LlavaNextForConditionalGeneration"]},
                 "it is LlavaNextForConditionalGeneration, only LLaVA-1.5 is taken"),
                ({"text_config": {"model_type": "mistral"}}, "its part mistral is not taken"),
                ({"text_config": config["text_config"] | {"rope_scaling": {"rope_type": "yarn"}}},
                 "rope_type is yarn"),
                ({"text_config": config["text_config"] | {"hidden_size": "32"}}, "hidden_size is 32"),
                ({"text_config": config["text_config"] | {"vocab_size": 899}}, "not [899, 32]"),
                ({"vision_feature_layer": -1}, "vision_feature_layer is -1, only -2"),
                (AUTHORS | {"image_aspect_ratio": "anyres"}, "image_aspect_ratio is anyres"),
                ({query: None}, f"the tensor {query} is missing"), ({query: broken}, f"{query} has a "),
                ({query: broken[:3]}, f"{query} is [3, 32], not [32, 32]")]:
            weights = {name: array for name, array in (
                tensors | {key: array for key, array in changes.items() if key == query}).items()
                if array is not None}
            self.save(weights, config | {key: value for key, value in changes.items() if key != query})
            self.fails(self.quantise(), "llava: ", said)
        self.save(tensors, config, shards=2)
        shard = self.folder / "llava/model-1.safetensors"
        shard.write_bytes(shard.read_bytes()[:-100])
        self.fails(self.quantise(), "model-1.safetensors is damaged or broken off")
        shard.unlink()
        self.fails(self.quantise(), "model-1.safetensors is not there")
        (self.folder / "llava/model.safetensors.index.json").unlink()
        self.save(tensors, config)
        (self.folder / "llava/tokenizer.model").unlink()
        self.fails(self.quantise(), "neither tokenizer.json nor tokenizer.model")
        (self.folder / "llava/config.json").unlink()
        self.fails(self.quantise(), "config.json is not there")
        self.fails(self.quantise("llava"), "llava exists already")
        self.assertEqual({path.name for path in self.folder.path.iterdir()}, {"llava"})
