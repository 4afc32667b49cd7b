"""Writes alphabet.json: the classes of characters that the oracle's strings are made of, and text that looks like special tokens.

    python make_alphabet.py
"""
import json
import os
import unicodedata


def ranges(test):
    found = []
    for cp in range(0x110000):
        if 0xD800 <= cp < 0xE000 or not test(cp, unicodedata.category(chr(cp))):
            continue
        if found and found[-1][1] == cp - 1:
            found[-1][1] = cp
        else:
            found.append([cp, cp])
    return found


def blocks(*pairs):
    return [list(pair) for pair in pairs]


alphabet = {
    "unicode": unicodedata.unidata_version,
    "ranges": {
        "assigned": ranges(lambda cp, category: category not in ("Cn", "Cs")),
        "ascii": blocks((0x20, 0x7E)),
        "letters": blocks((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF), (0x900, 0x97F)),
        "marks": ranges(lambda cp, category: category in ("Mn", "Mc", "Me")),
        "controls": blocks((0, 0x1F), (0, 0), (0x7F, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),
                           (0xFFF9, 0xFFFD), (0xFE00, 0xFE0F), (0xE0001, 0xE007F), (0x180B, 0x180F), (0x61C, 0x61C)),
        "spaces": blocks((0x20, 0x20), (0x20, 0x20), (0x20, 0x20), (9, 0xD), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200B),
                         (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF), (0x2581, 0x2581), (0x1C, 0x1F)),
        "cjk": blocks((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF), (0x30000, 0x3134A), (0xF900, 0xFAFF),
                      (0x2F800, 0x2FA1F), (0x3040, 0x30FF), (0x3000, 0x303F), (0x2E80, 0x2FDF)),
        "emoji": blocks((0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x2600, 0x27BF), (0x1F1E6, 0x1F1FF)),
        "rtl": blocks((0x591, 0x5F4), (0x600, 0x6FF), (0x700, 0x74F), (0x780, 0x7B1), (0x8A0, 0x8FF), (0xFB1D, 0xFB4F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
        "compatible": ranges(lambda cp, category: category != "Cn" and not 0xAC00 <= cp <= 0xD7A3
                             and unicodedata.normalize("NFKC", chr(cp)) != chr(cp)),
        "hangul": blocks((0xAC00, 0xD7A3), (0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2), (0x1100, 0x11FF), (0x302E, 0x302F), (0x3130, 0x318F)),
        "unknown": blocks((0xE000, 0xF8FF), (0x13000, 0x1342E), (0x12000, 0x12399), (0xF0000, 0xFFFFD)),
        "punctuation": ranges(lambda cp, category: category[0] in "PS" and cp < 0x20000),
    },
    "lookalikes": ["</s>", "<pad>", "<unk>", "<s>", "<extra_id_0>", "<extra_id_99>", " <extra_id_3> ", "[SEP]", "[CLS]", "[UNK]", "[PAD]",
                   "[MASK]", "##ing", "##", "[unused0]", "<0x0A>", "\u2581", "\u2581\u2581", "{query}", "{context}", " | Query: ", " | Context:"],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "alphabet.json"), "w", encoding="ascii") as file:
    json.dump(alphabet, file, separators=(",", ":"))
    file.write("\n")
