"""How the tensors of LLaVA-1.5 are called: in GGUF files, and in the safetensors of transformers and
of its authors.

A layout is what stands in front of a name: the language model's and that of its head, the tower's,
and the projector's with its two layers.
"""

LANGUAGE = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj"}
TOWER = {
    "ln1": "layer_norm1", "ln2": "layer_norm2", "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_out": "self_attn.out_proj",
    "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"}
# transformers before version 4.52, since then, and the authors'.
LANGUAGES = [("language_model.model.", "language_model."), ("model.language_model.", ""), ("model.", "")]
# With and without the name of the tower's only part; the authors' tower is in files of its own.
TOWERS = [
    "vision_tower.vision_model.", "vision_tower.", "model.vision_tower.vision_model.",
    "model.vision_tower.", "vision_model.", "model.vision_tower.vision_tower.vision_model."]
PROJECTORS = [
    ("multi_modal_projector.linear_", (1, 2)), ("model.multi_modal_projector.linear_", (1, 2)),
    ("model.mm_projector.", (0, 2))]


def permuted(matrix, heads):
    """With the rows of a head's halves as neighbours, as rotary embedding takes them in GGUF files."""
    return matrix.reshape(heads, 2, -1, *matrix.shape[1:]).swapaxes(1, 2).reshape(matrix.shape)


def language(config, front="", head=""):
    """(name in GGUF files, name, shape) of every tensor; config as that of transformers."""
    width, inner, words = (
        config[key] for key in ["hidden_size", "intermediate_size", "vocab_size"])
    keys = width // config["num_attention_heads"] * config["num_key_value_heads"]
    shapes = {
        "attn_norm": (width,), "ffn_norm": (width,), "attn_k": (keys, width), "attn_v": (keys, width),
        "ffn_gate": (inner, width), "ffn_up": (inner, width), "ffn_down": (width, inner)}
    yield "token_embd.weight", f"{front}embed_tokens.weight", (words, width)
    yield "output_norm.weight", f"{front}norm.weight", (width,)
    yield "output.weight", f"{head}lm_head.weight", (words, width)
    for layer in range(config["num_hidden_layers"]):
        for theirs, ours in LANGUAGE.items():
            yield (f"blk.{layer}.{theirs}.weight", f"{front}layers.{layer}.{ours}.weight",
                   shapes.get(theirs, (width, width)))


def tower(config, front=""):
    """Likewise, of the layers that are run: all but the last."""
    width, inner, patch = (config[key] for key in ["hidden_size", "intermediate_size", "patch_size"])
    places = (config["image_size"] // patch) ** 2 + 1
    embeddings = f"{front}embeddings."
    yield "v.patch_embd.weight", f"{embeddings}patch_embedding.weight", (width, 3, patch, patch)
    yield "v.class_embd", f"{embeddings}class_embedding", (width,)
    yield "v.position_embd.weight", f"{embeddings}position_embedding.weight", (places, width)
    yield "v.pre_ln.weight", f"{front}pre_layrnorm.weight", (width,)
    yield "v.pre_ln.bias", f"{front}pre_layrnorm.bias", (width,)
    rows = {"ffn_up": inner}
    columns = {"ffn_down": inner}
    for layer in range(config["num_hidden_layers"] - 1):
        for theirs, ours in TOWER.items():
            name, source = f"v.blk.{layer}.{theirs}", f"{front}encoder.layers.{layer}.{ours}"
            row = (rows.get(theirs, width),)
            column = () if theirs.startswith("ln") else (columns.get(theirs, width),)
            yield f"{name}.weight", f"{source}.weight", row + column
            yield f"{name}.bias", f"{source}.bias", row


def projector(width, words, front="", layers=(1, 2)):
    """Likewise, from the tower's width to that of words."""
    for place, layer, row in zip((0, 2), layers, (width, words)):
        yield f"mm.{place}.weight", f"{front}{layer}.weight", (words, row)
        yield f"mm.{place}.bias", f"{front}{layer}.bias", (words,)
