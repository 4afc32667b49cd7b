"""Writes tiny random checkpoints and what the original computes with them: token ids, relevance vectors, anchors, scores.

Slow and plain on purpose: each prompt is encoded by itself and without padding, and every view is decoded by itself, as the method defines
it. T5 is the transformers library's (slow tokenizer, encoder and decoder stacks); the mvp-bert models use its BertModel and
a decoder written out below.

    pip install torch 'transformers==4.57.6' sentencepiece safetensors
    python make_oracles.py
"""

import json
import shutil
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast, T5Config, T5ForConditionalGeneration, T5Tokenizer, T5TokenizerFast

HERE = Path(__file__).parent
CORPUS = HERE / "corpus.txt"
SENTENCES = CORPUS.read_text().splitlines()
SPREAD = 6.0  # of the scores of the longest list: highest minus lowest


def lists(max_length):
    """Lists of 1, 2, 5 and 12 passages: plain strings and titled ones, an empty one, duplicates, and ones that must be cut."""
    s = SENTENCES
    long = " ".join(s[:12])
    return [
        {"query": "Why is the sky blue?", "passages": [s[21]]},
        {"query": "how long to boil an egg", "passages": [{"title": "Eggs", "text": s[6]}, s[7]]},
        {"query": "  Straße, café & crème  ", "passages": [s[28], s[29], {"title": "", "text": s[31]}, {"title": "Siesta", "text": ""}, ""]},
        {
            "query": "what makes the sea rise and fall",
            "passages": [s[9], s[8], long, {"title": "The Moon", "text": s[9]}, s[5], "tide", s[34], s[16], s[9], long[40:], s[35], s[24]],
        },
    ]


EMBEDDED = ["The tide rises twice a day.", SENTENCES[12], "tide", " ".join(SENTENCES[12:24])]


def context(passage):
    if isinstance(passage, str):
        return passage.strip()
    return f"{passage['title']} {passage['text']}".strip()


# --- tokenizers ---------------------------------------------------------------------------------------------------------


def train_unigram(folder, normalization):
    """A tiny SentencePiece model with T5's special ids: pad 0, </s> 1, <unk> 2, and 100 sentinels behind the pieces."""
    sentencepiece.SentencePieceTrainer.train(
        input=str(CORPUS), model_prefix=str(folder / "spiece"), model_type="unigram", vocab_size=300, character_coverage=1.0,
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, normalization_rule_name=normalization, minloglevel=2,
    )  # fmt: skip
    (folder / "spiece.vocab").unlink()
    return T5Tokenizer(str(folder / "spiece.model"), legacy=True)


def train_wordpiece(folder):
    trainer = BertWordPieceTokenizer(lowercase=True)
    special = ["[PAD]", "[unused0]", "[unused1]", "[unused2]", "[unused3]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer.train([str(CORPUS)], vocab_size=400, special_tokens=special, show_progress=False)
    vocabulary = folder / "vocab.txt"
    trainer.save_model(str(folder))
    fast = BertTokenizerFast(str(vocabulary), do_lower_case=True)
    vocabulary.unlink()
    fast.backend_tokenizer.save(str(folder / "tokenizer.json"))
    return fast


# --- weights ------------------------------------------------------------------------------------------------------------


def randomize(parameters, generator):
    """Weights that keep activations near one and make attention and scores uneven, so that a mistake anywhere is seen."""
    for name, tensor in parameters:
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("norm.weight") or name.endswith("LayerNorm.weight"):
            tensor.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            tensor.data = 0.1 * noise
        elif "embed" in name or "shared" in name or "relative_attention_bias" in name:
            tensor.data = noise
        else:
            tensor.data = noise * tensor.shape[-1] ** -0.5


def rounded(tensor, dtype):
    return tensor.to(dtype).to(torch.float32)


def short(tensor):
    return [float(f"{x:.8g}") for x in tensor.tolist()] if tensor.dim() == 1 else [short(row) for row in tensor]


def spread(scores):
    return (scores.max() - scores.min()).item()


# --- T5 -----------------------------------------------------------------------------------------------------------------


def t5_vectors(model, ids, views):
    """Step 2: the first m positions of the encoder's output, after its final norm."""
    return model.encoder(input_ids=torch.tensor([ids])).last_hidden_state[0, :views]


def t5_anchor(model, vectors_of_view):
    """Step 3: one decoder step from the pad token, cross-attending to the view's vectors of all passages."""
    decoded = model.decoder(input_ids=torch.tensor([[0]]), encoder_hidden_states=vectors_of_view.unsqueeze(0), use_cache=False)
    return decoded.last_hidden_state[0, 0]


def score(vectors, anchor_of):
    """Steps 3 and 4. vectors: [n, m, d]; anchor_of(k, [n, d]) gives view k's anchor."""
    views = vectors.shape[1]
    anchors = torch.stack([anchor_of(k, vectors[:, k]) for k in range(views)])
    view_scores = torch.einsum("md,nmd->mn", anchors, vectors)
    return {"vectors": vectors, "anchors": anchors, "viewScores": view_scores, "scores": view_scores.mean(0)}


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


def scale_last_norm(norm, dtype, results):
    """Scores are linear in the decoder's last norm: scale it so that they spread as the trained models' do."""
    widest = max(spread(r["scores"]) for r in results())
    norm.weight.data = rounded(norm.weight.data * (SPREAD / widest), dtype)


def write_oracle(folder, oracle):
    for case in oracle["lists"]:
        for depth, result in case["exits"].items():
            print(f"  {folder.name} depth {depth} n={len(case['passages'])} spread {spread(result['scores']):.2f}")
            case["exits"][depth] = {name: short(tensor) for name, tensor in result.items()}
    (folder / "oracle.json").write_text(json.dumps(oracle, ensure_ascii=False) + "\n")


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


# --- mvp-bert -----------------------------------------------------------------------------------------------------------


def rms(x, weight, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def feed_forward(weights, prefix, x):
    if f"{prefix}.wi.weight" in weights:
        return weights[f"{prefix}.wo.weight"] @ torch.relu(weights[f"{prefix}.wi.weight"] @ x)
    gate = torch.nn.functional.gelu(weights[f"{prefix}.wi_0.weight"] @ x, approximate="tanh")
    return weights[f"{prefix}.wo.weight"] @ (gate * (weights[f"{prefix}.wi_1.weight"] @ x))


def bert_anchor(weights, decoder, view, e):
    """The anchor of a view from its vectors e [n, d]: T5's decoder step from a learned start."""
    start = weights["decoder.start"]
    x = start[view if len(start) > 1 else 0]
    heads, epsilon = decoder["num_heads"], decoder["layer_norm_epsilon"]
    for i in range(decoder["num_layers"]):
        block = f"decoder.block.{i}.layer"
        if i > 0:
            own = rms(x, weights[f"{block}.0.layer_norm.weight"], epsilon)
            x = x + weights[f"{block}.0.SelfAttention.o.weight"] @ (weights[f"{block}.0.SelfAttention.v.weight"] @ own)
        cross = f"{block}.1.EncDecAttention"
        q = (weights[f"{cross}.q.weight"] @ rms(x, weights[f"{block}.1.layer_norm.weight"], epsilon)).view(heads, -1)
        k = (e @ weights[f"{cross}.k.weight"].T).view(len(e), heads, -1)
        v = (e @ weights[f"{cross}.v.weight"].T).view(len(e), heads, -1)
        attention = torch.einsum("hc,nhc->hn", q, k).softmax(-1)
        x = x + weights[f"{cross}.o.weight"] @ torch.einsum("hn,nhc->hc", attention, v).flatten()
        x = x + feed_forward(weights, f"{block}.2.DenseReluDense", rms(x, weights[f"{block}.2.layer_norm.weight"], epsilon))
    return rms(x, weights["decoder.final_layer_norm.weight"], epsilon)


def decoder_shapes(width, decoder, starts):
    inner, ff = decoder["num_heads"] * decoder["d_kv"], decoder["d_ff"]
    shapes = {"decoder.start": (starts, width), "decoder.final_layer_norm.weight": (width,)}
    for i in range(decoder["num_layers"]):
        block = f"decoder.block.{i}.layer"
        if i > 0:
            shapes |= {f"{block}.0.layer_norm.weight": (width,), f"{block}.0.SelfAttention.v.weight": (inner, width), f"{block}.0.SelfAttention.o.weight": (width, inner)}
        shapes |= {f"{block}.1.EncDecAttention.{p}.weight": (inner, width) for p in "qkv"} | {f"{block}.1.EncDecAttention.o.weight": (width, inner)}
        shapes |= {f"{block}.{j}.layer_norm.weight": (width,) for j in (1, 2)} | {f"{block}.2.DenseReluDense.wo.weight": (width, ff)}
        shapes |= {f"{block}.2.DenseReluDense.{p}.weight": (ff, width) for p in (("wi",) if decoder["feed_forward_proj"] == "relu" else ("wi_0", "wi_1"))}
    return shapes


def bert_prompt(tokenizer, view_ids, query, passage, max_length):
    """[CLS] views query [SEP] passage [SEP]: the query keeps at most half of the length, then the passage is cut."""

    def plain(text):
        return tokenizer.encode(text, add_special_tokens=False)

    head = [tokenizer.cls_token_id, *view_ids]
    first = [*head, *plain(query.strip())[: max_length // 2], tokenizer.sep_token_id]
    second = plain(context(passage))[: max_length - len(first) - 1] + [tokenizer.sep_token_id]
    return first + second, [0] * len(first) + [1] * len(second)


def hidden_states(model, ids, types):
    return model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_hidden_states=True).hidden_states


def bert(name, views, exits, decoder, starts, dtype=torch.float32, max_length=48, **shape):
    folder = fresh(name)
    tokenizer = train_wordpiece(folder)
    view_ids = [1, 2, 3, 4][:views]
    generator = torch.Generator().manual_seed(sum(name.encode()))
    model = BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, **shape), add_pooling_layer=False).eval()
    randomize(model.named_parameters(), generator)
    weights = {key: torch.empty(size) for key, size in decoder_shapes(shape["hidden_size"], decoder, starts).items()}
    for depth in exits:
        weights |= {f"exits.{depth}.norm.weight": torch.empty(shape["hidden_size"]), f"exits.{depth}.norm.bias": torch.empty(shape["hidden_size"])}
    randomize(weights.items(), generator)
    weights["decoder.start"] = torch.randn(weights["decoder.start"].shape, generator=generator)
    for _, tensor in [*model.named_parameters(), *weights.items()]:
        tensor.data = rounded(tensor.data, dtype)

    def run(case):
        prompts = [bert_prompt(tokenizer, view_ids, case["query"], p, max_length) for p in case["passages"]]
        states = [hidden_states(model, ids, types) for ids, types in prompts]
        results = {}
        for depth in exits:
            norm = (weights[f"exits.{depth}.norm.weight"], weights[f"exits.{depth}.norm.bias"])
            vectors = torch.stack([torch.layer_norm(s[depth][0, 1 : 1 + views], norm[0].shape, *norm, 1e-12) for s in states])
            results[str(depth)] = score(vectors, lambda k, e: bert_anchor(weights, decoder, k, e))
        return {**case, "ids": [ids for ids, _ in prompts], "types": [types for _, types in prompts], "exits": results}

    def embed(text):
        ids = [tokenizer.cls_token_id, *tokenizer.encode(text, add_special_tokens=False)[: max_length - 2], tokenizer.sep_token_id]
        mean = hidden_states(model, ids, [0] * len(ids))[-1][0].mean(0)
        return {"text": text, "ids": ids, "vector": short(mean / mean.norm())}

    last = torch.nn.Module()
    last.weight = torch.nn.Parameter(weights["decoder.final_layer_norm.weight"])
    weights["decoder.final_layer_norm.weight"] = last.weight
    scale_last_norm(last, dtype, lambda: run(lists(max_length)[-1])["exits"].values())
    oracle = {"family": "bert", "views": views, "maxLength": max_length, "lists": [run(c) for c in lists(max_length)], "embeddings": [embed(t) for t in EMBEDDED]}
    write_oracle(folder, oracle)

    state = {f"bert.{key}": tensor for key, tensor in model.named_parameters()} | weights
    save_file({key: tensor.detach().to(dtype).contiguous() for key, tensor in state.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "model_type": "mvp-bert", "architectures": ["MvpBert"], "vocab_size": len(tokenizer), **shape, "layer_norm_eps": 1e-12,
        "max_position_embeddings": 64, "type_vocab_size": 2, "hidden_act": "gelu", "view_token_ids": view_ids,
        "cls_token_id": tokenizer.cls_token_id, "sep_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id,
        "exits": exits, "max_length": max_length, "decoder": decoder,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@torch.no_grad()
def main():
    t5("t5-relu", 4, normalization="nmt_nfkc", files=("spiece.model", "tokenizer.json"), d_model=32, num_heads=4, d_kv=8, d_ff=64, num_layers=2)
    t5("t5-gated", 4, normalization="nmt_nfkc", files=("spiece.model",), d_model=32, num_heads=4, d_kv=12, d_ff=64, num_layers=2, num_decoder_layers=3,
       feed_forward_proj="gated-gelu", tie_word_embeddings=False)  # fmt: skip
    t5("t5-odd", 3, d_model=48, num_heads=3, d_kv=12, d_ff=80, num_layers=3, num_decoder_layers=1, relative_attention_num_buckets=16, relative_attention_max_distance=40)
    t5("t5-wrapped", 4, layout="pickle", wrapped=True, d_model=32, num_heads=2, d_kv=8, d_ff=64, num_layers=2)
    t5("t5-sharded", 4, dtype=torch.bfloat16, layout="sharded", d_model=64, num_heads=4, d_kv=16, d_ff=96, num_layers=2, num_decoder_layers=2, feed_forward_proj="gated-gelu")
    t5("t5-f16", 1, dtype=torch.float16, d_model=32, num_heads=2, d_kv=16, d_ff=64, num_layers=2, num_decoder_layers=1)
    relu = {"num_layers": 1, "num_heads": 4, "d_kv": 8, "d_ff": 64, "feed_forward_proj": "relu", "layer_norm_epsilon": 1e-6}
    bert("bert-relu", 4, [2, 4, 6], relu, 1, hidden_size=32, num_hidden_layers=6, num_attention_heads=4, intermediate_size=64)
    gated = {"num_layers": 2, "num_heads": 3, "d_kv": 20, "d_ff": 96, "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-6}
    bert("bert-gated", 3, [1, 3], gated, 3, dtype=torch.bfloat16, hidden_size=48, num_hidden_layers=3, num_attention_heads=4, intermediate_size=80)


main()
