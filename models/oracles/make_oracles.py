"""Writes tiny random checkpoints and what the original computes with them: token ids, relevance vectors, anchors, scores.

Slow and plain on purpose: each prompt is encoded by itself and without padding, and every view is decoded by itself, as the method defines
it. T5 is the transformers library's (slow tokenizer, encoder and decoder stacks); the mvp-bert models use its BertModel and
a decoder written out in making/bert.py.

    pip install torch 'transformers==4.57.6' sentencepiece safetensors
    python make_oracles.py
"""

import torch

from making.bert import bert
from making.t5 import t5


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
    bert("bert-deep", 4, [1, 2], relu, 4, prompts={"query": "ask: ", "passage": "text: "}, hidden_size=32, num_hidden_layers=5, num_attention_heads=4, intermediate_size=64)


main()
