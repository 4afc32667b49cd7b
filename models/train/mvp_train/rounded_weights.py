"""Weights that are rounded to 4 bits while they learn, and a table of words that is rounded once."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .prompts import VIEW_TOKEN_IDS
from .rounding import BLOCK, DIVISORS


class Words(nn.Module):
    """The table of words, which does not learn, but for the rows of the view tokens."""

    def __init__(self, table):
        super().__init__()
        self.register_buffer("weight", table)
        self.views = nn.Parameter(table[VIEW_TOKEN_IDS].clone())

    def forward(self, ids):
        found = F.embedding(ids, self.weight)
        is_view = (ids >= VIEW_TOKEN_IDS[0]) & (ids <= VIEW_TOKEN_IDS[-1])
        own = F.embedding((ids - VIEW_TOKEN_IDS[0]).clamp(0, len(VIEW_TOKEN_IDS) - 1), self.views)
        return torch.where(is_view.unsqueeze(-1), own, found)


class Rounded:
    """Matrices whose values are rounded to 4 bits, as `mvp_train.rounding` does it, and what they were before."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.full = [p.detach().clone() for p in parameters]
        self.scales = [None] * len(parameters)

    @torch.no_grad()
    def search(self):
        """Finds each block's scale of the least squared error."""
        for i, full in enumerate(self.full):
            blocks = full.view(-1, BLOCK)
            extreme = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
            best, least = torch.zeros_like(extreme), torch.full_like(extreme, math.inf)
            for divisor in DIVISORS:
                scale = (extreme / float(divisor)).half().float()
                scale = torch.where(scale == 0, torch.full_like(scale, 1e-8), scale)
                error = (blocks - self.round(blocks, scale)).square_().sum(1, keepdim=True)
                better = error < least
                best, least = torch.where(better, scale, best), torch.where(better, error, least)
            self.scales[i] = best

    @staticmethod
    def round(blocks, scale):
        return torch.floor((blocks / scale).add_(8.5)).clamp_(0, 15).sub_(8).mul_(scale)

    @torch.no_grad()
    def apply(self):
        for parameter, full, scale in zip(self.parameters, self.full, self.scales, strict=True):
            parameter.data.view(-1, BLOCK).copy_(self.round(full.view(-1, BLOCK), scale))
