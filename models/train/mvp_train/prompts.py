"""Token ids of prompts and of texts alone, and batches of prompts of like length."""

import numpy as np

CLS, SEP, PAD = 101, 102, 0
VIEW_TOKEN_IDS = [1, 2, 3, 4]  # BERT's [unused0..3]: no text is ever tokenized to them
TEXT_TOKENS = 128  # [CLS] and [SEP] included; what the embedder was trained on
CHUNK_TOKENS = 2560


def best_window(passage, query, room):
    """Where the passage says most of the query's words: the part that a short training length should keep."""
    hits = np.concatenate([[0], np.cumsum(np.isin(passage, query))])
    starts = np.arange(0, len(passage) - room + 1, 8)
    start = starts[np.argmax(hits[starts + room] - hits[starts])]
    return passage[start : start + room]


def prompt(query, passage, max_length, window=False):
    """[CLS] views query [SEP] passage [SEP] → ids and segments. The query keeps at most half of the length."""
    head = 1 + len(VIEW_TOKEN_IDS)
    query = query[: max_length // 2 - head - 1]
    room = max_length - head - 2 - len(query)
    passage = best_window(passage, query, room) if window and len(passage) > room else passage[:room]
    ids = np.concatenate([[CLS], VIEW_TOKEN_IDS, query, [SEP], passage, [SEP]])
    return ids, (np.arange(len(ids)) >= head + len(query) + 1).astype(np.int64)


def text_ids(ids, limit=TEXT_TOKENS):
    return np.concatenate([[CLS], ids[: limit - 2], [SEP]])


def chunks(prompts):
    """Indices of prompts of like length, so that little is padding."""
    order, part = sorted(range(len(prompts)), key=lambda i: len(prompts[i][0])), []
    for i in order:
        if part and len(prompts[i][0]) * (len(part) + 1) > CHUNK_TOKENS:
            yield part
            part = []
        part.append(i)
    yield part
