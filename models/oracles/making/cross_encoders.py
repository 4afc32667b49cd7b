"""What is asked of every cross-encoder, and what is written of it.

Each pair goes through the fast tokenizer and the model by itself, without padding, as `CrossEncoder.predict` of sentence-transformers would
with batches of one.
"""

import json

import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer

from making.cases import SENTENCES, context

SPREAD = 8.0  # of the logits of the longest list: highest minus lowest


def lists():
    """Both short; the passage, the query, and both too long (each of them the longer one, and equals); other scripts; nothing at all."""
    s = SENTENCES
    long = " ".join(s[:12])
    longer = " ".join(s[12:30])
    return [
        {"query": "Why is the sky blue?", "passages": [s[21], s[8], "sky", "", long, longer]},
        {"query": "what makes the sea rise and fall", "passages": [s[9], {"title": "The Moon", "text": s[9]}, s[34], s[16], s[9], long[40:], s[35], s[24], s[5], "tide"]},
        {"query": long, "passages": [long, longer, s[0], "tide", "", long[:-1], f"{long} a", s[13]]},
        {"query": longer, "passages": [long, longer, s[12]]},
        {"query": "Straße, CAFÉ & Crème: 北京 Ωμέγα ΣΊΣΥΦΟΣ", "passages": [s[28], s[29], s[30], "北京的冬天很冷。", "Σίσυφος ώθησε τὸν λίθον", "e\u0301te\u0301 \u200b\u00ad\ufeff🐈\u200d⬛ \u0301x", "ﬁne ½ ① İstanbul", "नमस्ते दुनिया", "\ttab\u00a0and\u3000space ", s[31]]},
        {"query": "", "passages": [s[3], ""]},
    ]  # fmt: skip


def randomize(parameters, generator):
    """Weights that keep activations near one and make attention and logits uneven, so that a mistake anywhere is seen."""
    for name, tensor in parameters:
        noise = torch.randn(tensor.shape, generator=generator)
        if name.lower().endswith(("layernorm.weight", "layer_norm.weight")):
            tensor.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            tensor.data = 0.1 * noise
        elif "embeddings" in name or "relative_attention_bias" in name:
            tensor.data = noise
        else:
            tensor.data = noise * tensor.shape[-1] ** -0.5


@torch.no_grad()
def write_cross_encoder(folder, model, max_length, dtype, last, buffers=None, randomize=randomize):
    """Randomizes the model and writes it with its answers. The folder has the tokenizer's files already.

    last: the name of the last linear layer, which is scaled so that the logits spread.
    buffers: entries that the state dict has beside the weights; then it is written as pytorch_model.bin.
    """
    model.eval()
    randomize(model.named_parameters(), torch.Generator().manual_seed(sum(folder.name.encode())))
    for tensor in model.parameters():
        tensor.data = tensor.data.to(dtype).to(torch.float32)
    # What is tested is what a user would load: the folder's own files.
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def run(query, passage):
        inputs = tokenizer([query.strip()], [context(passage)], truncation="longest_first", max_length=max_length, return_tensors="pt")
        logit = model(**inputs).logits
        assert logit.shape == (1, 1)
        ids = inputs["input_ids"][0].tolist()
        # A family without token types has none of these.
        types = inputs["token_type_ids"][0].tolist() if "token_type_ids" in inputs else [0] * len(ids)
        return ids, types, logit[0, 0].item()

    def scored():
        return [[run(case["query"], passage) for passage in case["passages"]] for case in lists()]

    longest = [score for _, _, score in scored()[1]]
    scale = SPREAD / (max(longest) - min(longest))
    weight = model.get_parameter(f"{last}.weight")
    weight.data = (weight.data * scale).to(dtype).to(torch.float32)
    results = [
        {**case, "ids": [ids for ids, _, _ in answers], "types": [types for _, types, _ in answers], "scores": [float(f"{score:.8g}") for _, _, score in answers]}
        for case, answers in zip(lists(), scored(), strict=True)
    ]
    for case in results:
        print(f"  {folder.name} n={len(case['scores'])} lengths {[len(ids) for ids in case['ids']]} scores {[round(s, 2) for s in case['scores']]}")
    (folder / "oracle.json").write_text(json.dumps({"maxLength": max_length, "lists": results}, ensure_ascii=False) + "\n")
    state = {key: tensor.to(dtype).contiguous() for key, tensor in model.state_dict().items() if not key.endswith("position_ids")}
    if buffers:
        torch.save(buffers | state, folder / "pytorch_model.bin")
    else:
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.architectures = [type(model).__name__]
    model.config.torch_dtype = dtype
    (folder / "config.json").write_text(model.config.to_json_string())
