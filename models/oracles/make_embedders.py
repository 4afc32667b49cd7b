"""Writes tiny random embedders in the layout of sentence-transformers and ModernBERT cross-encoders, and what the originals compute with them.

    pip install torch 'transformers==4.57.6' sentence-transformers
    python make_embedders.py
"""

import json
import shutil

import numpy as np
import torch
from sentence_transformers import SentenceTransformer, models
from transformers import BertConfig, BertModel, BertTokenizerFast, ModernBertForSequenceClassification, ModernBertModel, XLMRobertaConfig, XLMRobertaModel

from making import modernbert
from making.alone import randomize, write_alone
from making.cross_encoders import write_cross_encoder
from making.fast_tokenizers import unigram, word_pieces
from making.folders import fresh


def keep(folder, built):
    """The files that are read; the others that are saved repeat them."""
    built.save(str(folder), create_model_card=False)
    for path in sorted(folder.rglob("*")):
        if path.name in ("vocab.txt", "special_tokens_map.json", "sentencepiece.bpe.model", "vocab.json", "merges.txt", "README.md"):
            path.unlink()
    for path in [folder / "tokenizer.json", *folder.rglob("tokenizer_config.json")]:
        path.write_text(json.dumps(json.loads(path.read_text()), ensure_ascii=False, indent=1) + "\n")


@torch.no_grad()
def embedder(name, model, tokenizer, max_length, pooling, dense=(), prompts=None, normalize=True, dimensions=None):
    folder = fresh(name)
    randomize(model.named_parameters(), torch.Generator().manual_seed(sum(name.encode())))
    temporary = folder / "temporary"
    model.eval().save_pretrained(temporary)
    tokenizer.save_pretrained(temporary)
    transformer = models.Transformer(str(temporary), max_seq_length=max_length)
    modules = [transformer, models.Pooling(transformer.get_word_embedding_dimension(), pooling_mode=pooling)]
    generator = torch.Generator().manual_seed(7)
    width = transformer.get_word_embedding_dimension()
    for outputs, bias, activation in dense:
        layer = models.Dense(width, outputs, bias=bias, activation_function=activation)
        randomize(layer.named_parameters(), generator)
        modules.append(layer)
        width = outputs
    if normalize:
        modules.append(models.Normalize())
    built = SentenceTransformer(modules=modules, prompts=prompts, device="cpu", truncate_dim=dimensions)
    shutil.rmtree(temporary)
    keep(folder, built)
    # What is tested is what a user would load: the folder's own files.
    loaded = SentenceTransformer(str(folder), device="cpu", truncate_dim=dimensions)

    def encode(texts, prompt=None):
        vectors = np.stack([loaded.encode([text], prompt=(prompts or {}).get(prompt) or None, normalize_embeddings=True)[0] for text in texts])
        return vectors.tolist()

    passage = "document" if prompts and prompts.get("document") else "passage"
    by_name = {"": lambda texts: encode(texts, passage)} | {key: (lambda texts, key=key: encode(texts, key)) for key in (prompts or {}) if key != passage and prompts[key]}

    def scores(query, passages):
        asked = np.array(encode([query], "query")[0])
        return [float(asked @ np.array(vector)) for vector in encode(passages, passage)]

    write_alone(folder, max_length, by_name, scores)


SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}

if __name__ == "__main__":
    wordpiece = word_pieces(BertTokenizerFast, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], 64)
    bert = BertModel(BertConfig(vocab_size=len(wordpiece), max_position_embeddings=64, attn_implementation="eager", **SHAPE), add_pooling_layer=False)
    embedder("embedder-bert", bert, wordpiece, 48, "mean", dense=[(24, True, torch.nn.Tanh()), (20, False, torch.nn.Identity())],
             prompts={"query": "query: ", "passage": "passage: ", "clustering": "the moon "}, dimensions=16)  # fmt: skip
    pieces = unigram(48)
    xlm = XLMRobertaModel(XLMRobertaConfig(vocab_size=len(pieces), max_position_embeddings=50, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
                                           layer_norm_eps=1e-5, attn_implementation="eager", **SHAPE), add_pooling_layer=False)  # fmt: skip
    embedder("embedder-xlm-roberta", xlm, pieces, 48, "cls", normalize=False)
    folder = fresh("embedder-modernbert")
    fast = modernbert.tokenizer(folder, 64)
    embedder("embedder-modernbert", ModernBertModel(modernbert.config(fast, 64)), fast, 64, "lasttoken", prompts={"query": "search_query: ", "document": "search_document: "})
    for name, pooling in [("cross-encoder-modernbert", "cls"), ("cross-encoder-modernbert-mean", "mean")]:
        folder = fresh(name)
        fast = modernbert.tokenizer(folder, 64)
        made = ModernBertForSequenceClassification(modernbert.config(fast, 64, num_labels=1, classifier_pooling=pooling))
        write_cross_encoder(folder, made, 64, torch.float32, "classifier", randomize=randomize)
