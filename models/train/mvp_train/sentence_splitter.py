"""Splits a passage into its sentences."""

import re

LEAST_CHARACTERS, MOST_SENTENCES = 25, 12
BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[`]*[A-Z0-9])")


def split_sentences(text):
    parts, pending = [], ""
    for piece in BREAK.split(text):
        pending = f"{pending} {piece}".strip()
        # Abbreviations and initials leave stumps: they belong to what follows.
        if len(pending) >= LEAST_CHARACTERS:
            parts.append(pending)
            pending = ""
    if pending and parts:
        parts[-1] += " " + pending
    return parts[:MOST_SENTENCES]
