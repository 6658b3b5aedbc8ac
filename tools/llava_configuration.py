"""What config.json says of LLaVA-1.5, of transformers or of its authors, and the metadata of GGUF
files that says the same. Other families are refused by the name of their class."""

import math

# What transformers writes down only where it differs.
WORDS = {
    "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
    "num_attention_heads": 32, "vocab_size": 32000, "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-6, "rope_theta": 10_000.0}
TOWER = {
    "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
    "num_attention_heads": 12, "image_size": 224, "patch_size": 32, "layer_norm_eps": 1e-5}
# Of the images that the tower takes.
MEAN, DEVIATION = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
# Width of a head of CLIP's towers.
HEAD = 64


def completed(config, usual):
    """With what is left out; sizes are whole numbers from 1 on."""
    found = usual | {key: value for key, value in config.items() if value is not None}
    for key, value in usual.items():
        if type(found[key]) not in {type(value), int} or not 0 < found[key] < 1 << 31:
            raise ValueError(f"config.json: {key} is {found[key]}")
    if found["hidden_size"] % found["num_attention_heads"]:
        raise ValueError("config.json: num_attention_heads does not divide hidden_size")
    return found


def require(config, **wanted):
    for key, value in wanted.items():
        if config.get(key) not in [None, value]:
            raise ValueError(f"config.json: {key} is {config[key]}, only {value} is taken")


def class_name(config):
    return next(iter(config.get("architectures") or []), config.get("model_type"))


def parts(config):
    """What it says of the language model and of the tower; nothing of the tower where the authors'
    layout has it in files of its own."""
    kind = class_name(config)
    if kind == "LlavaForConditionalGeneration" or kind == "llava" and "text_config" in config:
        tower, words = config["vision_config"], config["text_config"]
        for part, known in [(tower, ("clip_vision_model", "CLIPVisionModel")),
                            (words, ("llama", "LlamaForCausalLM"))]:
            if class_name(part) not in known:
                raise ValueError(f"its part {class_name(part)} is not taken, only {known[1]}")
        require(tower, num_channels=3)
        require(config, projector_hidden_act="gelu", multimodal_projector_bias=True)
        tower = completed(tower, TOWER)
        if tower.setdefault("hidden_act", "quick_gelu") not in ["quick_gelu", "gelu"]:
            raise ValueError(f"config.json: hidden_act is {tower['hidden_act']}")
    elif kind in ["LlavaLlamaForCausalLM", "llava"]:
        tower, words = None, config
        require(
            config, mm_vision_tower="openai/clip-vit-large-patch14-336",
            mm_projector_type="mlp2x_gelu", image_aspect_ratio="pad")
    else:
        raise ValueError(f"it is {kind}, only LLaVA-1.5 is taken")
    require(
        config, vision_feature_layer=-2, mm_vision_select_layer=-2,
        vision_feature_select_strategy="default", mm_vision_select_feature="patch")
    return language(words), tower


def language(config):
    words = completed(config, WORDS)
    heads = words["num_attention_heads"]
    words.setdefault("num_key_value_heads", heads)
    if heads % words["num_key_value_heads"]:
        raise ValueError("config.json: num_key_value_heads does not divide num_attention_heads")
    require(
        config, hidden_act="silu", attention_bias=False, mlp_bias=False, tie_word_embeddings=False,
        head_dim=words["hidden_size"] // heads)
    # Newer files keep the angles' base among the parameters of rotary embedding, which scale nothing.
    for name in ["rope_scaling", "rope_parameters"]:
        rotary = words.get(name, {})
        require(rotary, rope_type="default", type="default")
        words["rope_theta"] = rotary.get("rope_theta", words["rope_theta"])
    return words


def tower_of(tensors, front):
    """The authors' tower, by its tensors; config.json only names it."""
    width, _, _, patch = tensors[f"{front}embeddings.patch_embedding.weight"].shape
    places, _ = tensors[f"{front}embeddings.position_embedding.weight"].shape
    inner, _ = tensors[f"{front}encoder.layers.0.mlp.fc1.weight"].shape
    layers = sum(name.startswith(f"{front}encoder.layers.") and name.endswith(".mlp.fc1.weight")
                 for name in tensors)
    return {
        "hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers,
        "num_attention_heads": max(width // HEAD, 1), "image_size": math.isqrt(places - 1) * patch,
        "patch_size": patch, "layer_norm_eps": TOWER["layer_norm_eps"], "hidden_act": "quick_gelu"}


# MARK: - Metadata, as llama.cpp's converters write it


def language_metadata(words, file_type):
    heads = words["num_attention_heads"]
    return general("llama", "model", file_type) | {
        "llama.block_count": words["num_hidden_layers"],
        "llama.context_length": words["max_position_embeddings"],
        "llama.embedding_length": words["hidden_size"],
        "llama.feed_forward_length": words["intermediate_size"],
        "llama.attention.head_count": heads,
        "llama.attention.head_count_kv": words["num_key_value_heads"],
        "llama.attention.layer_norm_rms_epsilon": float(words["rms_norm_eps"]),
        "llama.rope.freq_base": float(words["rope_theta"]),
        "llama.rope.dimension_count": words["hidden_size"] // heads,
        "llama.vocab_size": words["vocab_size"]}


def tower_metadata(tower, width, file_type):
    """- width: that of words."""
    layers = tower["num_hidden_layers"] - 1
    return general("clip", "mmproj", file_type) | {
        "clip.has_vision_encoder": True, "clip.has_llava_projector": True,
        "clip.projector_type": "mlp", "clip.use_gelu": tower["hidden_act"] == "gelu",
        "clip.vision.image_size": tower["image_size"], "clip.vision.patch_size": tower["patch_size"],
        "clip.vision.embedding_length": tower["hidden_size"],
        "clip.vision.feed_forward_length": tower["intermediate_size"],
        "clip.vision.projection_dim": width, "clip.vision.block_count": layers,
        # Without it, llama.cpp leaves out another layer.
        "clip.vision.feature_layer": [layers],
        "clip.vision.attention.head_count": tower["num_attention_heads"],
        "clip.vision.attention.layer_norm_epsilon": float(tower["layer_norm_eps"]),
        "clip.vision.image_mean": MEAN, "clip.vision.image_std": DEVIATION}


def general(architecture, kind, file_type):
    return {
        "general.architecture": architecture, "general.type": kind, "general.file_type": file_type,
        "general.quantization_version": 2}
