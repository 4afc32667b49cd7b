"""Writes tiny random ColBERTs in PyLate's layout and in Stanford's, and what they give.

    pip install torch 'transformers==4.57.6' safetensors
    python make_colberts.py
"""

import json

import torch
from safetensors.torch import save_file
from transformers import AddedToken, BertConfig, BertModel, BertTokenizerFast, ModernBertModel

from making import modernbert
from making.alone import TEXTS, asked, randomize, short
from making.colbert import PUNCTUATION, ColBERT
from making.fast_tokenizers import save_tokenizer, word_pieces
from making.folders import fresh


def write_oracle(folder, colbert):
    queries = [(text, colbert.encode(text.strip(), True)) for text in TEXTS]
    passages = [(text, colbert.encode(text.strip(), False)) for text in TEXTS]
    oracle = {
        "maxLength": max(colbert.lengths),
        "tokens": [{"text": text, "prompt": prompt, "rows": [short(row.tolist()) for row in rows]} for prompt, all in (("query", queries[:3]), ("", passages)) for text, (_, rows) in all],
        "lists": [{**case, "scores": short(colbert.score(case["query"].strip(), case["passages"]))} for case in asked()],
    }
    for case in oracle["lists"]:
        print(f"  {folder.name} {[round(s, 3) for s in case['scores']]}")
    (folder / "oracle.json").write_text(json.dumps(oracle, ensure_ascii=False) + "\n")


def save(folder, model, extra=None):
    state = {key: tensor.contiguous() for key, tensor in model.state_dict().items() if "position_ids" not in key}
    save_file({key: tensor.detach() for key, tensor in (state | (extra or {})).items()}, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.architectures = [type(model).__name__ if extra is None else "HF_ColBERT"]
    (folder / "config.json").write_text(model.config.to_json_string())


def linear(inputs, outputs, generator):
    layer = torch.nn.Linear(inputs, outputs, bias=False)
    randomize(layer.named_parameters(), generator)
    return layer


def pylate(name, model, tokenizer, max_length, sizes, **settings):
    folder = fresh(name)
    generator = torch.Generator().manual_seed(sum(name.encode()))
    randomize(model.eval().named_parameters(), generator)
    layers, modules, width = [], [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}], model.config.hidden_size
    for i, size in enumerate(sizes, 1):
        layers.append(linear(width, size, generator))
        path = f"{i}_Dense"
        (folder / path).mkdir()
        config = {"in_features": width, "out_features": size, "bias": False, "activation_function": "torch.nn.modules.linear.Identity", "use_residual": False}
        (folder / path / "config.json").write_text(json.dumps(config))
        save_file({"linear.weight": layers[-1].weight.detach()}, folder / path / "model.safetensors", metadata={"format": "pt"})
        modules.append({"idx": i, "name": str(i), "path": path, "type": "pylate.models.Dense.Dense"})
        width = size
    save_tokenizer(folder, tokenizer)
    save(folder, model)
    (folder / "modules.json").write_text(json.dumps(modules, indent=1))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": max_length - 1, "do_lower_case": False}))
    attended = settings.get("attended", False)
    config = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "MaxSim", "query_prefix": "[Q] ", "document_prefix": "[D] ", "query_length": 24, "document_length": max_length,
              "attend_to_expansion_tokens": attended, "skiplist_words": PUNCTUATION, "do_query_expansion": True}  # fmt: skip
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config, indent=1))
    markers = [tokenizer.convert_tokens_to_ids(marker) for marker in ("[Q] ", "[D] ")]
    write_oracle(folder, ColBERT(model, tokenizer, layers, markers, 24, max_length, attended))


SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64, "attn_implementation": "eager"}
SPECIAL = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

wordpiece = word_pieces(BertTokenizerFast, SPECIAL, 64)
wordpiece.add_tokens(["[Q] ", "[D] "])
pylate("colbert-bert", BertModel(BertConfig(vocab_size=len(wordpiece), max_position_embeddings=64, **SHAPE), add_pooling_layer=False), wordpiece, 48, [16])

folder = fresh("colbert-modernbert")
fast = modernbert.tokenizer(folder, 64)
fast.add_tokens([AddedToken("[Q] ", normalized=True), AddedToken("[D] ", normalized=True)])
pylate("colbert-modernbert", ModernBertModel(modernbert.config(fast, 64)), fast, 56, [24, 16], attended=True)

folder = fresh("colbert-stanford")
generator = torch.Generator().manual_seed(11)
words = word_pieces(BertTokenizerFast, SPECIAL, 64)
model = BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **SHAPE), add_pooling_layer=False).eval()
randomize(model.named_parameters(), generator)
projection = linear(32, 16, generator)
save_tokenizer(folder, words)
state = {f"bert.{key}": tensor for key, tensor in model.state_dict().items() if "position_ids" not in key}
save_file({key: tensor.detach().contiguous() for key, tensor in (state | {"linear.weight": projection.weight}).items()}, folder / "model.safetensors", metadata={"format": "pt"})
model.config.architectures = ["HF_ColBERT"]
(folder / "config.json").write_text(model.config.to_json_string())
metadata = {"query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_token": "[Q]", "doc_token": "[D]", "dim": 16, "similarity": "cosine", "query_maxlen": 24, "doc_maxlen": 40, "mask_punctuation": True, "attend_to_mask_tokens": False}
(folder / "artifact.metadata").write_text(json.dumps(metadata, indent=1))
ids = [words.convert_tokens_to_ids(token) for token in ("[unused0]", "[unused1]")]
write_oracle(folder, ColBERT(model, words, [projection], ids, 24, 40))
