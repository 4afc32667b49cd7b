"""The strings of the tokenizer oracle. strings.ts makes the same ones: change both together. Every string has its own seed, so
that any of them can be made alone."""
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "alphabet.json"), encoding="utf-8") as file:
    ALPHABET = json.load(file)
with open(os.path.join(HERE, "text.txt"), encoding="utf-8") as file:
    WORDS = [word for word in file.read().replace("\n", " ").split(" ") if word]

MASK = 0xFFFFFFFF


class Random:
    """xorshift32"""

    def __init__(self, seed):
        # An odd multiplier gives every seed below 2^32 - 1 a state of its own, never 0.
        self.state = ((seed + 1) * 2654435761) & MASK
        for _ in range(4):
            self.below(2)

    def below(self, n):
        x = self.state
        x ^= (x << 13) & MASK
        x ^= x >> 17
        x ^= (x << 5) & MASK
        self.state = x
        return x * n >> 32

    def one(self, items):
        return items[self.below(len(items))]

    def char(self, name):
        """Of a class of characters: first one of its ranges, then a character of that."""
        low, high = self.one(ALPHABET["ranges"][name])
        return chr(low + self.below(high - low + 1))

    def run(self, name, longest):
        return "".join([self.char(name) for _ in range(1 + self.below(longest))])


def any_char(random):
    code = random.below(0x110000 - 0x800)
    return chr(code if code < 0xD800 else code + 0x800)


def fragment(random):
    kind = random.below(24)
    if kind < 6:
        return random.one(WORDS)
    if kind < 8:
        # Pieces of words meet at places where no word is split otherwise.
        word = random.one(WORDS)
        start = random.below(len(word))
        return word[start:] + random.one(WORDS)[:1 + random.below(4)]
    if kind == 8:
        return random.run("ascii", 8)
    if kind == 9:
        return random.run("assigned", 4)
    if kind == 10:
        return any_char(random)
    if kind == 11:
        return random.one([random.char("letters"), random.char("assigned"), " "]) + random.run("marks", 3)
    if kind == 12:
        return random.run("controls", 2)
    if kind == 13:
        return random.run("spaces", 4)
    if kind == 14:
        return random.run("cjk", 5)
    if kind == 15:
        joined = [random.char("emoji") + random.one(["", "\ufe0f", "\U0001f3fd"]) for _ in range(1 + random.below(4))]
        return "\u200d".join(joined)
    if kind == 16:
        return random.run("rtl", 6)
    if kind == 17:
        return random.run("compatible", 3)
    if kind == 18:
        return random.run("hangul", 4)
    if kind == 19:
        return random.one(ALPHABET["lookalikes"])
    if kind == 20:
        return random.one([random.char("unknown"), random.char("assigned")]) * (1 + random.below(6))
    if kind == 21:
        return random.run("letters", 6)
    if kind == 22:
        return random.run("punctuation", 3)
    # Around the 100 characters beyond which WordPiece gives a word up.
    return random.one(["a", "ab", "ß", "e\u0301", "\U00010400", "1"]) * random.one([2, 3, 5, 33, 34, 50, 51, 99, 100, 101, 102])


def blanks(random):
    return random.one(["", "", "", " ", "  ", "\n", "\u3000", "\u00a0 ", " \u200b", "\t ", "\u2581"])


def make_string(index):
    random = Random(index)
    # Every 250th is long: likelihoods are added up in single precision.
    count = random.below(400) if index % 250 == 7 else random.below(13)
    text = blanks(random)
    for _ in range(count):
        text += fragment(random)
        # Half of the fragments are joined: words, scripts and marks meet without a space.
        text += random.one(["", "", " ", " ", "  ", "\u00a0"])
    return text + blanks(random)
