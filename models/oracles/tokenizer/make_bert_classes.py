"""Writes src/tokenizer/bertCharacterClasses.ts: the classes of characters that BertNormalizer and BertPreTokenizer of the Python package
`tokenizers` tell apart, asked of the package itself, character by character.

    python make_bert_classes.py ../../../src/tokenizer/bertCharacterClasses.ts
"""
import sys

import tokenizers
from tokenizers.normalizers import NFD, BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

ALL = [cp for cp in range(0x110000) if not 0xD800 <= cp < 0xE000]
OFF = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}


def normalizer(step):
    return BertNormalizer(**{**OFF, step: True}).normalize_str


def chars(test):
    return [cp for cp in ALL if test(chr(cp))]


def ranges(cps):
    found = []
    for cp in cps:
        if found and found[-1][1] == cp - 1:
            found[-1][1] = cp
        else:
            found.append([cp, cp])
    return found


def escape(cp):
    return f"\\x{cp:02x}" if cp < 0x100 else f"\\u{cp:04x}" if cp < 0x10000 else f"\\u{{{cp:x}}}"


def char_class(cps):
    return "".join(escape(a) if a == b else escape(a) + ("-" if b > a + 1 else "") + escape(b) for a, b in ranges(cps))


clean, han, accents, nfd = normalizer("clean_text"), normalizer("handle_chinese_chars"), normalizer("strip_accents"), NFD().normalize_str
split = BertPreTokenizer().pre_tokenize_str
classes = [
    ("REMOVED", "Dropped by clean_text: controls, format characters, private use.", chars(lambda c: clean(c) == "")),
    ("WHITE", "Made a space by clean_text.", chars(lambda c: clean(c) == " ")),
    ("IDEOGRAPHS", "Each a word of its own: handle_chinese_chars puts spaces around them.", chars(lambda c: han(c) != c)),
    ("DECOMPOSING", "What NFD changes or reorders (any other character it copies).",
     chars(lambda c: nfd(c) != c or nfd(c + "\u0334") != c + "\u0334" or nfd("\u05b0" + c) != "\u05b0" + c)),
    ("MARKS", "Dropped by strip_accents.", chars(lambda c: accents(c) == "")),
    ("PUNCTUATION", "Each a word of its own: the pre-tokenizer splits them off.",
     chars(lambda c: [w for w, _ in split("a" + c + "b")] == ["a", c, "b"])),
]
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(f"""/**
 * The classes of characters that Python's BERT tokenizer tells apart, as insides of a regular expression's class. Written by
 * models/oracles/tokenizer/make_bert_classes.py from tokenizers {tokenizers.__version__}: that library has its own, older
 * Unicode tables, and a browser's `\\\\p{{...}}` changes with its version.
 */
""".replace("\\\\p", "\\p"))
    for name, comment, cps in classes:
        file.write(f"\n/** {comment} */\n// biome-ignore format: one long string\nexport const {name} =\n  String.raw`{char_class(cps)}`\n")
        print(name, len(cps), "characters", len(ranges(cps)), "ranges")
