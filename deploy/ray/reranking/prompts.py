"""Queries and passages to prompts, as src/engine/prompt.ts builds them from a manifest (models/README.md)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .tokens import Encode

# JavaScript's \\s, which the client trims. Python's strip() also takes U+001C to U+001F and U+0085, and leaves U+FEFF.
BLANK = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True)
class Prompt:
    ids: list[int]
    types: list[int]


def context_of(passage: str | dict) -> str:
    """Title and text joined by a space and trimmed, twice: as the client does, and as in training."""
    text = passage if isinstance(passage, str) else f"{passage.get('title') or ''} {passage['text']}"
    return text.strip(BLANK).strip()


class Prompter:
    def __init__(self, prompt: dict, encode: Encode):
        self.segments = prompt["rerank"]
        self.max_length = prompt["maxLength"]
        self.room = max(0, self.max_length - sum(len(segment.get("ids", ())) for segment in self.segments))
        self.encode = encode

    def of(self, query: str) -> Callable[[str | dict], Prompt]:
        """Prompts of one query, whose own tokens are found once."""
        known: dict[int, list[int]] = {}

        def prompt(passage: str | dict) -> Prompt:
            texts = {"{query}": query, "{context}": context_of(passage)}
            # From the left: what the texts before it leave is the room of a text, so the last one is cut first.
            room = self.room
            ids: list[int] = []
            types: list[int] = []
            for place, segment in enumerate(self.segments):
                if "ids" in segment:
                    part = segment["ids"]
                else:
                    if "{context}" not in segment["text"] and place in known:
                        part = known[place]
                    else:
                        # Put in all at once: braces in a query or passage are text.
                        text = re.sub(r"\{query\}|\{context\}", lambda match: texts[match[0]], segment["text"])
                        part = known[place] = self.encode(text)
                    limit = room if "share" not in segment else min(room, int(segment["share"] * self.max_length))
                    part = part[:limit]
                    room -= len(part)
                ids += part
                types += [segment.get("type", 0)] * len(part)
            return Prompt(ids, types)

        return prompt

    def own(self, length: int) -> slice:
        """The text's tokens among the `length` tokens of a prompt that embeds it, without those of a prefix."""
        counts = [len(segment["ids"]) if "ids" in segment else None for segment in self.segments]
        place = counts.index(None)
        before = sum(counts[:place])
        prefix = self.segments[place]["text"].split("{context}")[0].strip(BLANK)
        return slice(before + len(self.encode(prefix)), length - (sum(count or 0 for count in counts) - before))
