"""The corpus in device memory, and prompts built there: no host loader keeps up with 10,000 sequences a second."""

import torch

from ..prompts import CLS, PAD, SEP, VIEW_TOKEN_IDS

STRIDE = 8  # of the windows tried in a long passage


class Texts:
    """Token ids of many texts, end to end."""

    def __init__(self, ids, offsets, device):
        self.ids = torch.from_numpy(ids.astype("int32")).to(device)
        self.offsets = torch.from_numpy(offsets.astype("int64")).to(device)
        self.lengths = self.offsets[1:] - self.offsets[:-1]

    def rows(self, numbers, width, start=0):
        """→ ids [n, width] from token `start` on, and where they are the text's (beyond its end they are another's)."""
        at = torch.arange(width, device=self.ids.device) + torch.as_tensor(start, device=self.ids.device).reshape(-1, 1)
        inside = at < self.lengths[numbers][:, None]
        return self.ids[(self.offsets[numbers][:, None] + at).clamp(max=len(self.ids) - 1)], inside


def rounded(n, step=8):
    return -(-int(n) // step) * step


class Prompts:
    """[CLS] views query [SEP] passage [SEP] of many pairs. Lengths are known at once; ids come a chunk at a time."""

    def __init__(self, queries, passages, q, p, limit, window=None):
        self.queries, self.passages, self.q, self.p = queries, passages, q, p
        self.q_length = queries.lengths[q].clamp(max=limit // 2 - 6)
        room = limit - 7 - self.q_length
        self.p_length = torch.minimum(passages.lengths[p], room)
        self.start = torch.zeros_like(self.p_length)
        if window is not None:
            long = torch.nonzero(window & (passages.lengths[p] > room)).squeeze(1)
            if len(long):
                self.start[long] = self.best_windows(long)
        self.total = self.q_length + self.p_length + 7

    def best_windows(self, rows):
        """Where the passage says most of the query's words."""
        width = int(self.passages.lengths[self.p[rows]].max())
        text, inside = self.passages.rows(self.p[rows], width)
        asked, own = self.queries.rows(self.q[rows], int(self.q_length[rows].max()))
        asked = asked.masked_fill(~own, -1)
        said = (text[:, :, None] == asked[:, None, :]).any(-1) & inside
        sums = torch.nn.functional.pad(said.int().cumsum(1), (1, 0))
        starts = torch.arange(0, width, STRIDE, device=text.device).expand(len(rows), -1)
        ends = starts + self.p_length[rows][:, None]
        fits = ends <= self.passages.lengths[self.p[rows]][:, None]
        hits = sums.gather(1, ends.clamp(max=width)) - sums.gather(1, starts)
        return starts.gather(1, hits.masked_fill(~fits, -1).argmax(1, keepdim=True)).squeeze(1)

    def ids(self, rows):
        """→ ids and segments [n, width], the width a multiple of 8."""
        q, p, q_length, p_length = (
            self.q[rows],
            self.p[rows],
            self.q_length[rows][:, None],
            self.p_length[rows][:, None],
        )
        at = torch.arange(rounded(self.total[rows].max()), device=q.device)[None]

        def of(texts, numbers, place):
            return texts.ids[(texts.offsets[numbers][:, None] + place).clamp(0, len(texts.ids) - 1)]

        out = torch.full((len(rows), at.shape[1]), PAD, device=q.device, dtype=torch.int32)
        out[:, 0] = CLS
        out[:, 1:5] = torch.tensor(VIEW_TOKEN_IDS, device=q.device, dtype=torch.int32)
        out = torch.where((at >= 5) & (at < 5 + q_length), of(self.queries, q, at - 5), out)
        inside = (at >= 6 + q_length) & (at < 6 + q_length + p_length)
        out = torch.where(inside, of(self.passages, p, at - 6 - q_length + self.start[rows][:, None]), out)
        out = out.masked_fill((at == 5 + q_length) | (at == 6 + q_length + p_length), SEP)
        return out.long(), ((at > 5 + q_length) & (at < 7 + q_length + p_length)).long()


def alone(texts, numbers, limit=128):
    """[CLS] text [SEP] → ids [n, width]."""
    length = texts.lengths[numbers].clamp(max=limit - 2)[:, None]
    width = rounded(length.max() + 2)
    body, _ = texts.rows(numbers, width)
    body = torch.nn.functional.pad(body, (1, 0), value=CLS)[:, :width]
    at = torch.arange(width, device=body.device)[None]
    return torch.where(at == length + 1, SEP, torch.where(at > length + 1, PAD, body)).long()


def by_length(lengths, chunk_tokens):
    """Rows in chunks of like length, each of about so many tokens."""
    order = lengths.argsort(descending=True)
    sizes = lengths[order].tolist()
    start = 0
    while start < len(sizes):
        n = max(1, chunk_tokens // rounded(sizes[start]))
        yield order[start : start + n]
        start += n
