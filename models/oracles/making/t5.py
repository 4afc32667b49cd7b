"""T5: the transformers library's (slow tokenizer, encoder and decoder stacks)."""

import json

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration, T5TokenizerFast

from making.cases import context, lists
from making.folders import fresh, write_oracle
from making.numbers import randomize, rounded, scale_last_norm, score
from making.vocabularies import train_unigram


def t5_vectors(model, ids, views):
    """Step 2: the first m positions of the encoder's output, after its final norm."""
    return model.encoder(input_ids=torch.tensor([ids])).last_hidden_state[0, :views]


def t5_anchor(model, vectors_of_view):
    """Step 3: one decoder step from the pad token, cross-attending to the view's vectors of all passages."""
    decoded = model.decoder(input_ids=torch.tensor([[0]]), encoder_hidden_states=vectors_of_view.unsqueeze(0), use_cache=False)
    return decoded.last_hidden_state[0, 0]


def t5_oracle(folder, tokenizer, model, views, max_length):
    sentinels = "".join(f"<extra_id_{k}>" for k in range(views))

    def run(case):
        prompts = [f"{sentinels} | Query: {case['query']} | Context: {context(p)}" for p in case["passages"]]
        ids = [tokenizer(p, max_length=max_length, truncation=True)["input_ids"] for p in prompts]
        vectors = torch.stack([t5_vectors(model, i, views) for i in ids])
        result = score(vectors, lambda k, e: t5_anchor(model, e))
        return {**case, "prompts": prompts, "ids": ids, "exits": {str(model.config.num_layers): result}}

    scale_last_norm(model.decoder.final_layer_norm, model.config.torch_dtype, lambda: run(lists(max_length)[-1])["exits"].values())
    write_oracle(folder, {"family": "t5", "views": views, "maxLength": max_length, "lists": [run(c) for c in lists(max_length)]})


def t5(name, views, dtype=torch.float32, normalization="identity", files=("tokenizer.json",), layout="safetensors", wrapped=False, max_length=48, **shape):
    folder = fresh(name)
    tokenizer = train_unigram(folder, normalization)
    if "tokenizer.json" in files:
        T5TokenizerFast.from_pretrained(folder, legacy=True, from_slow=True).backend_tokenizer.save(str(folder / "tokenizer.json"))
    if "spiece.model" not in files:
        (folder / "spiece.model").unlink()
    config = T5Config(vocab_size=416, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, torch_dtype=dtype, **shape)
    model = T5ForConditionalGeneration(config).eval()
    randomize(unique(model), torch.Generator().manual_seed(sum(name.encode())))
    for _, tensor in unique(model):
        tensor.data = rounded(tensor.data, dtype)
    t5_oracle(folder, tokenizer, model, views, max_length)

    state = {key: tensor.detach().to(dtype).contiguous() for key, tensor in model.state_dict().items()}
    tied = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"] + (["lm_head.weight"] if config.tie_word_embeddings else [])
    if layout == "safetensors":
        state = {key: tensor for key, tensor in state.items() if key not in tied}
    if wrapped:
        state = {wrap(key): tensor for key, tensor in state.items()}
    write_weights(folder, state, layout)
    config.architectures = ["T5ForConditionalGeneration"]
    (folder / "config.json").write_text(config.to_json_string())


def wrap(key):
    """The names that the authors' code saves: their encoder wraps T5's, and each of its blocks is wrapped once more."""
    if not key.startswith("encoder."):
        return key
    parts = ("encoder." + key).split(".")
    if parts[2] == "block":
        parts.insert(4, "module")
    return ".".join(parts)


def write_weights(folder, state, layout):
    if layout == "safetensors":
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    elif layout == "pickle":
        torch.save(state, folder / "pytorch_model.bin")
    else:
        keys = sorted(state)
        halves = [keys[: len(keys) // 2], keys[len(keys) // 2 :]]
        names = [f"model-0000{i + 1}-of-00002.safetensors" for i in range(2)]
        for file, part in zip(names, halves, strict=True):
            save_file({key: state[key] for key in part}, folder / file, metadata={"format": "pt"})
        index = {"metadata": {"total_size": sum(t.nbytes for t in state.values())}, "weight_map": {k: f for f, part in zip(names, halves, strict=True) for k in part}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))


def unique(model):
    return list(model.named_parameters())  # tied parameters are listed once
