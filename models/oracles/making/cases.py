"""What the original is asked: lists of passages, and texts to embed."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent
CORPUS = FOLDER / "corpus.txt"
SENTENCES = CORPUS.read_text().splitlines()


def lists(max_length):
    """Lists of 1, 2, 5 and 12 passages: plain strings and titled ones, an empty one, duplicates, and ones that must be cut."""
    s = SENTENCES
    long = " ".join(s[:12])
    return [
        {"query": "Why is the sky blue?", "passages": [s[21]]},
        {"query": "how long to boil an egg", "passages": [{"title": "Eggs", "text": s[6]}, s[7]]},
        {"query": "  Straße, café & crème  ", "passages": [s[28], s[29], {"title": "", "text": s[31]}, {"title": "Siesta", "text": ""}, ""]},
        {
            "query": "what makes the sea rise and fall",
            "passages": [s[9], s[8], long, {"title": "The Moon", "text": s[9]}, s[5], "tide", s[34], s[16], s[9], long[40:], s[35], s[24]],
        },
    ]


EMBEDDED = ["The tide rises twice a day.", SENTENCES[12], "tide", " ".join(SENTENCES[12:24])]


def context(passage):
    if isinstance(passage, str):
        return passage.strip()
    return f"{passage['title']} {passage['text']}".strip()
