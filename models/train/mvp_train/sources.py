"""The mixture in one table: where each source's negatives come from and how often its queries are drawn.

`pool`: sources whose passages compete as mined negatives. `weight`: share of the lists (relative). Queries that people
typed into a search box get far more than their number would give them. `ceiling`: a passage whose similarity is above
this share of the positive's counts as an answer. The ceiling lies above 1 where nearly every other passage is wrong:
at 1 the lists would say that the embedder's favourite is right, and the model would learn no more than that.
"""

import hashlib
from dataclasses import dataclass

WEB = ("nq", "boolq", "tydiqa", "clapnq")
WIKIPEDIA = ("squad", "selqa", "hotpotqa")

LOST_POSITIVE = 60  # a positive ranked worse than this by the vectors is probably no answer
DUPLICATE = 0.92  # passages this alike say the same


@dataclass(frozen=True)
class Source:
    weight: float
    pool: tuple
    ceiling: float = 0.95
    keep_queries: float = 1.0  # drawn once by hash; SQuAD's questions were written with the paragraph in sight


SOURCES = {
    "nq": Source(24, WEB, ceiling=1.25),
    "boolq": Source(11, WEB, ceiling=1.25),
    "tydiqa": Source(10, WEB, ceiling=1.25),
    "clapnq": Source(6, WEB, ceiling=1.25),
    "squad": Source(12, WIKIPEDIA, ceiling=1.05, keep_queries=0.2),
    "selqa": Source(3, WIKIPEDIA, ceiling=1.0),
    "hotpotqa": Source(1.5, WIKIPEDIA),
    "medquad": Source(7, ("medquad", "pubmedqa"), ceiling=1.0),
    "pubmedqa": Source(1.5, ("medquad", "pubmedqa"), ceiling=1.25),
    "acl": Source(4, ("acl",), ceiling=1.25, keep_queries=0.5),
    "openstax": Source(6, ("openstax",)),
    "stackexchange": Source(4, ("stackexchange",), ceiling=1.1),
    "techfaq": Source(2, ("techfaq", "docs"), ceiling=1.1),
    "docs": Source(3, ("techfaq", "docs"), ceiling=1.05),
    "conditionalqa": Source(2, ("conditionalqa",)),
    "fairytaleqa": Source(3, ("fairytaleqa",), keep_queries=0.5),
    # Derived from the above by sentences.py. Last: passages are numbered in this order.
    "sentences": Source(14, ("sentences",), ceiling=1.0),
}


def sha1_number(text):
    return int(hashlib.sha1(text.encode()).hexdigest(), 16)


def held_back(source, query_id):
    """Whether a query is kept for tests: a third of openstax and docs, for site search, and one in fifty elsewhere."""
    return sha1_number(query_id) % (3 if source in ("openstax", "docs") else 50) == 0


def kept(source, query_id):
    return sha1_number("keep " + query_id) % 1000 < 1000 * SOURCES[source].keep_queries
