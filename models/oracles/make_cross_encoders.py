"""Writes tiny random cross-encoders and what transformers computes with them: token ids, token types, logits.

Each pair goes through the fast tokenizer and the model by itself, without padding, as `CrossEncoder.predict` of sentence-transformers would
with batches of one.

    pip install torch 'transformers==4.57.6' safetensors
    python make_cross_encoders.py
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertTokenizerFast

HERE = Path(__file__).parent
CORPUS = HERE / "corpus.txt"
SENTENCES = CORPUS.read_text().splitlines()
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


def context(passage):
    return passage.strip() if isinstance(passage, str) else f"{passage['title']} {passage['text']}".strip()


def randomize(parameters, generator):
    """Weights that keep activations near one and make attention and logits uneven, so that a mistake anywhere is seen."""
    for name, tensor in parameters:
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("LayerNorm.weight"):
            tensor.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            tensor.data = 0.1 * noise
        elif "embeddings" in name:
            tensor.data = noise
        else:
            tensor.data = noise * tensor.shape[-1] ** -0.5


@torch.no_grad()
def cross_encoder(name, lowercase, files, dtype, max_length, **shape):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    trainer = BertWordPieceTokenizer(lowercase=lowercase)
    special = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer.train([str(CORPUS)], vocab_size=420, special_tokens=special, show_progress=False)
    trainer.save_model(str(folder))
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=lowercase, model_max_length=max_length)
    if "tokenizer.json" in files:
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "vocab.txt").unlink()
    config = {"tokenizer_class": "BertTokenizer", "do_lower_case": lowercase, "model_max_length": max_length, "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    bert = BertConfig(vocab_size=len(tokenizer), num_labels=1, attn_implementation="eager", **shape)
    model = BertForSequenceClassification(bert).eval()
    randomize(model.named_parameters(), torch.Generator().manual_seed(sum(name.encode())))
    for tensor in model.parameters():
        tensor.data = tensor.data.to(dtype).to(torch.float32)
    # What is tested is what a user would load: the folder's own files.
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def run(query, passage):
        inputs = tokenizer([query.strip()], [context(passage)], truncation="longest_first", max_length=max_length, return_tensors="pt")
        logit = model(**inputs).logits
        assert logit.shape == (1, 1)
        return inputs["input_ids"][0].tolist(), inputs["token_type_ids"][0].tolist(), logit[0, 0].item()

    def scored():
        return [[run(case["query"], passage) for passage in case["passages"]] for case in lists()]

    longest = [score for _, _, score in scored()[1]]
    scale = SPREAD / (max(longest) - min(longest))
    model.classifier.weight.data = (model.classifier.weight.data * scale).to(dtype).to(torch.float32)
    results = [
        {**case, "ids": [ids for ids, _, _ in answers], "types": [types for _, types, _ in answers], "scores": [float(f"{score:.8g}") for _, _, score in answers]}
        for case, answers in zip(lists(), scored(), strict=True)
    ]
    for case in results:
        print(f"  {name} n={len(case['scores'])} lengths {[len(ids) for ids in case['ids']]} scores {[round(s, 2) for s in case['scores']]}")
    (folder / "oracle.json").write_text(json.dumps({"maxLength": max_length, "lists": results}, ensure_ascii=False) + "\n")
    state = {key: tensor.to(dtype).contiguous() for key, tensor in model.state_dict().items() if key != "bert.embeddings.position_ids"}
    if "pytorch_model.bin" in files:
        # Older versions of transformers saved this buffer too.
        torch.save({"bert.embeddings.position_ids": torch.arange(shape["max_position_embeddings"])[None]} | state, folder / "pytorch_model.bin")
    else:
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    bert.architectures = ["BertForSequenceClassification"]
    bert.torch_dtype = dtype
    (folder / "config.json").write_text(bert.to_json_string())


cross_encoder("cross-encoder", True, ["tokenizer.json"], torch.float32, 48,
              hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, max_position_embeddings=64)  # fmt: skip
cross_encoder("cross-encoder-vocab", False, ["vocab.txt", "pytorch_model.bin"], torch.float16, 63,
              hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=96, max_position_embeddings=63)  # fmt: skip
