"""PyLate's ColBERT and Stanford's, written out with transformers: what they do with a text before and after the encoder."""

import string

import torch

PUNCTUATION = list(string.punctuation)


class ColBERT:
    """As pylate.models.ColBERT, for one text at a time: markers after [CLS], queries filled up with [MASK], punctuation left out of passages."""

    def __init__(self, model, tokenizer, projections, markers, query_length, document_length, attended=False, expands=True):
        self.model, self.tokenizer, self.projections = model, tokenizer, projections
        self.markers, self.lengths = markers, (query_length, document_length)
        self.attended, self.expands = attended, expands
        self.skipped = set(tokenizer.convert_tokens_to_ids(PUNCTUATION))

    @torch.no_grad()
    def encode(self, text, is_query):
        length = self.lengths[0 if is_query else 1]
        ids = self.tokenizer(text, truncation=True, max_length=length - 1)["input_ids"]
        ids = [ids[0], self.markers[0 if is_query else 1], *ids[1:]]
        real = len(ids)
        if is_query and self.expands:
            ids += [self.tokenizer.mask_token_id] * (length - real)
        attention = [1 if i < real or self.attended else 0 for i in range(len(ids))]
        rows = self.model(input_ids=torch.tensor([ids]), attention_mask=torch.tensor([attention])).last_hidden_state[0]
        for layer in self.projections:
            rows = layer(rows)
        rows = torch.nn.functional.normalize(rows, dim=-1)
        kept = [i for i, token in enumerate(ids) if is_query or token not in self.skipped]
        return ids, rows[kept]

    def score(self, query, passages):
        _, asked = self.encode(query, True)
        return [(asked @ self.encode(passage, False)[1].T).max(1).values.sum().item() for passage in passages]
