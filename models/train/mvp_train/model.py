"""The mvp-bert network: a BERT encoder that reads view tokens and has early exits, and a T5-style anchor decoder.

Parameter names are those of the checkpoint format, so `mvp_train.export` writes the state as it is.
Attention is written out instead of using torch's fused one: on CPUs the plain form trains about 2.5 times faster.
"""

import math
import os

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F
from transformers import BertConfig, BertModel

from .prompts import PAD, VIEW_TOKEN_IDS

# Words whose vectors the view tokens start with. Copies of [CLS] would not do: in this encoder [CLS] gathers nothing
# before the last layer (between passages its layer-4 state spreads by 0.004 a dimension; that of these words by 0.2),
# and all copies stay alike.
VIEW_WORDS = ["what", "answer", "about", "?"]
# After which layers relevance vectors can be read, by the number of layers.
EXITS = {6: [2, 4, 6], 12: [4, 6, 12]}


def anchor_cosines(anchors):
    """Of every two views' anchors [lists, views, d] → [lists, pairs]."""
    unit = F.normalize(anchors.float(), dim=-1)
    return (unit @ unit.transpose(1, 2))[:, *torch.triu_indices(anchors.shape[1], anchors.shape[1], 1)]


def start_views(words, folder):
    """Gives the view tokens, in a table of word vectors, those of ordinary words."""
    vocabulary = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    for view, word in zip(VIEW_TOKEN_IDS, VIEW_WORDS, strict=True):
        words[view] = words[vocabulary.token_to_id(word)]


class RmsNorm(nn.Module):
    def __init__(self, width, weight=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.full((width,), weight))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


class CrossAttention(nn.Module):
    """T5's: not scaled by the root of the head size, so the query projection starts that much smaller."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        for name in "qkvo":
            setattr(self, name, nn.Linear(width, width, bias=False))
        head_size = width // heads
        nn.init.normal_(self.q.weight, std=(width * head_size) ** -0.5)
        nn.init.normal_(self.k.weight, std=width**-0.5)
        nn.init.normal_(self.v.weight, std=width**-0.5)
        # Small: anchors start out independent of the list and learn to depend on it only where that pays.
        nn.init.normal_(self.o.weight, std=0.1 * width**-0.5)

    def forward(self, x, memory, mask):
        """x [lists, views, d]; memory [lists, n, views, d]; mask [lists, n], true where there is a passage."""
        lists, n, views, _ = memory.shape
        q = self.q(x).view(lists, views, self.heads, -1)
        k = self.k(memory).view(lists, n, views, self.heads, -1)
        v = self.v(memory).view(lists, n, views, self.heads, -1)
        logits = torch.einsum("lvhd,lnvhd->lvhn", q, k)
        weights = logits.masked_fill(~mask[:, None, None, :], -1e9).softmax(-1)
        return self.o(torch.einsum("lvhn,lnvhd->lvhd", weights, v).reshape(lists, views, -1))


class AnchorDecoder(nn.Module):
    """One T5 decoder block run for one step per view. `start` stands for all that a constant input makes constant."""

    def __init__(self, width, heads, inner, views):
        super().__init__()
        self.start = nn.Parameter(torch.randn(views, width))
        cross, feed = nn.Module(), nn.Module()
        cross.EncDecAttention, cross.layer_norm = CrossAttention(width, heads), RmsNorm(width)
        feed.DenseReluDense, feed.layer_norm = nn.Module(), RmsNorm(width)
        feed.DenseReluDense.wi = nn.Linear(width, inner, bias=False)
        feed.DenseReluDense.wo = nn.Linear(inner, width, bias=False)
        nn.init.normal_(feed.DenseReluDense.wi.weight, std=width**-0.5)
        nn.init.normal_(feed.DenseReluDense.wo.weight, std=0.1 * inner**-0.5)
        block = nn.Module()
        block.layer = nn.ModuleDict({"1": cross, "2": feed})  # T5's numbering; 0 would be self-attention
        self.block = nn.ModuleList([block])
        # Anchors meet layer-normed vectors of length ~sqrt(d): a small weight keeps the first scores near 1.
        self.final_layer_norm = RmsNorm(width, 0.1)

    def forward(self, vectors, mask):
        """vectors [lists, n, views, d] → anchors [lists, views, d]."""
        cross, feed = self.block[0].layer["1"], self.block[0].layer["2"]
        x = self.start.expand(len(vectors), -1, -1)
        x = x + cross.EncDecAttention(cross.layer_norm(x), vectors, mask)
        dense = feed.DenseReluDense
        x = x + dense.wo(F.relu(dense.wi(feed.layer_norm(x))))
        return self.final_layer_norm(x)


class Exit(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.norm = nn.LayerNorm(width, eps=eps)


class MvpBert(nn.Module):
    def __init__(self, config: BertConfig, depths=None):
        """`depths` of the exits; texts alone run through all layers even if these end before."""
        super().__init__()
        config._attn_implementation = "eager"
        self.config = config
        self.depths = depths or EXITS[config.num_hidden_layers]
        self.prompts = None  # what stands before a text that is read alone: {"query": …, "passage": …}
        self.bert = BertModel(config, add_pooling_layer=False)
        self.exits = nn.ModuleDict({str(e): Exit(config.hidden_size, config.layer_norm_eps) for e in self.depths})
        self.decoder = AnchorDecoder(
            config.hidden_size, config.num_attention_heads, config.intermediate_size, len(VIEW_TOKEN_IDS)
        )

    @classmethod
    def from_embedder(cls, folder, depths=None):
        """Starts from a sentence embedder; the view tokens start as ordinary words."""
        config = BertConfig.from_pretrained(folder)
        model = cls(config, depths)
        source = BertModel.from_pretrained(folder, add_pooling_layer=False)
        model.bert.load_state_dict(source.state_dict())
        with torch.no_grad():
            start_views(model.bert.embeddings.word_embeddings.weight, folder)
        return model

    def layer(self, index, hidden, bias, rows=None):
        """One encoder layer; with `rows`, only the first so many positions are computed (all are still attended to)."""
        layer = self.bert.encoder.layer[index]
        attention = layer.attention.self
        heads = attention.num_attention_heads
        batch, length, width = hidden.shape
        top = hidden if rows is None else hidden[:, :rows]

        def split(x):
            return x.view(batch, -1, heads, width // heads).transpose(1, 2)

        q, k, v = split(attention.query(top)), split(attention.key(hidden)), split(attention.value(hidden))
        if q.is_cuda:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        else:
            weights = (q @ k.transpose(2, 3) / math.sqrt(width // heads) + bias).softmax(-1)
            mixed = weights.to(v.dtype) @ v
        mixed = mixed.transpose(1, 2).reshape(batch, -1, width)
        out = layer.attention.output
        top = out.LayerNorm(out.dense(mixed) + top)
        inner = F.gelu(layer.intermediate.dense(top))
        return layer.output.LayerNorm(layer.output.dense(inner) + top)

    def embed_input(self, ids, segments):
        e = self.bert.embeddings
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = e.word_embeddings(ids) + e.position_embeddings(positions) + e.token_type_embeddings(segments)
        bias = torch.where(ids == PAD, -1e4, 0.0)[:, None, None, :]
        return e.LayerNorm(x), bias

    def relevance(self, ids, segments):
        """Prompts [B, S] → {exit: relevance vectors [B, views, d]} for every exit."""
        views = len(VIEW_TOKEN_IDS)
        hidden, bias = self.embed_input(ids, segments)
        vectors = {}
        for i in range(self.depths[-1]):
            hidden = self.layer(i, hidden, bias, rows=views + 1 if i + 1 == self.depths[-1] else None)
            if i + 1 in self.depths:
                vectors[i + 1] = self.exits[str(i + 1)].norm(hidden[:, 1 : views + 1].float())
        return vectors

    def tokens(self, ids):
        """Texts alone [B, S] → last hidden states [B, S, d]."""
        hidden, bias = self.embed_input(ids, torch.zeros_like(ids))
        for i in range(self.config.num_hidden_layers):
            hidden = self.layer(i, hidden, bias)
        return hidden.float()

    def embed(self, ids):
        """Texts alone [B, S] → unit vectors [B, d]: the mean over the tokens."""
        mask = (ids != PAD).unsqueeze(-1).float()
        return F.normalize((self.tokens(ids) * mask).sum(1) / mask.sum(1), dim=-1)

    def score(self, vectors, mask):
        """Relevance vectors [lists, n, views, d] → scores by view [lists, n, views] and anchors [lists, views, d]."""
        anchors = self.decoder(vectors, mask)
        return torch.einsum("lvd,lnvd->lnv", anchors, vectors), anchors
