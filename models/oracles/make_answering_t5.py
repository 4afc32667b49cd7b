"""Writes tiny random T5s that answer with a word, as monoT5 does, and what transformers computes with them.

A score is the logit of the first word less that of the second, after one decoder step over monoT5's prompt. The words are
pieces of the small vocabulary.

    pip install torch 'transformers==4.57.6' sentencepiece safetensors
    python make_answering_t5.py
"""

import json

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration, T5TokenizerFast

from making.cases import context, lists
from making.folders import fresh
from making.numbers import randomize, rounded, scale_last_norm
from making.t5 import unique
from making.vocabularies import train_unigram


def make(name, words, dtype=torch.float32, max_length=96, **shape):
    folder = fresh(name)
    tokenizer = train_unigram(folder, "identity")
    T5TokenizerFast.from_pretrained(folder, legacy=True, from_slow=True).backend_tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "spiece.model").unlink()
    config = T5Config(vocab_size=416, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, torch_dtype=dtype, **shape)
    model = T5ForConditionalGeneration(config).eval()
    randomize(unique(model), torch.Generator().manual_seed(sum(name.encode())))
    for _, tensor in unique(model):
        tensor.data = rounded(tensor.data, dtype)
    yes, no = (tokenizer.convert_tokens_to_ids(f"▁{word}") for word in words)
    assert tokenizer.unk_token_id not in (yes, no)

    def ids_of(query, text):
        """The text loses its end where the prompt is too long, never the prompt's own words."""
        parts = [tokenizer(part, add_special_tokens=False)["input_ids"] for part in ["Query:", query, "Document:", text, "Relevant:"]]
        whole = tokenizer(f"Query: {query} Document: {text} Relevant:")["input_ids"]
        assert [i for part in parts for i in part] + [1] == whole, whole
        room = max_length - len(whole) + len(parts[3])
        return [*parts[0], *parts[1], *parts[2], *parts[3][:room], *parts[4], 1]

    def run(case):
        ids = [ids_of(case["query"], context(p)) for p in case["passages"]]
        logits = [model(input_ids=torch.tensor([i]), decoder_input_ids=torch.tensor([[0]])).logits[0, 0] for i in ids]
        return {**case, "ids": ids, "scores": [(x[yes] - x[no]).item() for x in logits]}

    with torch.no_grad():
        cases = [case for case in lists(max_length) if len(tokenizer(case["query"])["input_ids"]) < 30]
        scale_last_norm(model.decoder.final_layer_norm, dtype, lambda: [{"scores": torch.tensor(run(cases[-1])["scores"])}])
        oracle = {"maxLength": max_length, "answers": words, "lists": [run(case) for case in cases]}
        (folder / "oracle.json").write_text(json.dumps(oracle, ensure_ascii=False) + "\n")
    tied = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"] + (["lm_head.weight"] if config.tie_word_embeddings else [])
    state = {key: tensor.detach().to(dtype).contiguous() for key, tensor in model.state_dict().items() if key not in tied}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    config.architectures = ["T5ForConditionalGeneration"]
    (folder / "config.json").write_text(config.to_json_string())


make("cross-encoder-t5", ["the", "a"], d_model=32, d_kv=8, num_heads=4, d_ff=64, num_layers=2, num_decoder_layers=3, relative_attention_max_distance=40)  # fmt: skip
make("cross-encoder-t5-gated", ["a", "the"], dtype=torch.float16, d_model=32, d_kv=16, num_heads=2, d_ff=64, num_layers=2, feed_forward_proj="gated-gelu", tie_word_embeddings=False)  # fmt: skip
