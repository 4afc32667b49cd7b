"""Writes ids.json: for each block of 1,000 of the oracle's strings the SHA-256 of the strings and of the ids that Python's tokenizers give.

    python make_ids.py [tokenizer.json of a BERT model, for a third column]

t5    the slow T5Tokenizer of transformers (legacy) with spiece.model
bert  BertTokenizerFast with bert.json
Both with split_special_tokens: text that spells a special token is plain text. No special tokens are added. For all strings without such
text the script checks that the tokenizers give the same ids without that setting.
"""
import hashlib
import json
import os
import sys

import sentencepiece
import tokenizers
import transformers
from strings import HERE, make_string
from transformers import BertTokenizerFast, T5Tokenizer

COUNT, BLOCK = 100_000, 1_000
PATH = lambda name: os.path.join(HERE, name)


def t5(path):
    plain, original = [T5Tokenizer(path, legacy=True, split_special_tokens=split) for split in (True, False)]
    special = [str(token) for token in original.added_tokens_decoder.values()]
    return [lambda text, t=t: t(text, add_special_tokens=False).input_ids for t in (plain, original)], special


def bert(path):
    plain, original = [BertTokenizerFast(tokenizer_file=path, split_special_tokens=split) for split in (True, False)]
    special = [str(token) for token in original.added_tokens_decoder.values()]
    return [lambda text, t=t: t(text, add_special_tokens=False, verbose=False).input_ids for t in (plain, original)], special


def column(loaded):
    (plain, original), special = loaded
    hashes, same, tokens = [], 0, 0
    for start in range(0, COUNT, BLOCK):
        digest = hashlib.sha256()
        for index in range(start, start + BLOCK):
            text = make_string(index)
            ids = plain(text)
            if not any(token in text for token in special):
                assert original(text) == ids, (index, text)
                same += 1
            tokens += len(ids)
            digest.update((",".join(map(str, ids)) + "\n").encode())
        hashes.append(digest.hexdigest())
    print(f"{tokens} tokens; {same} strings spell no special token and were also checked without split_special_tokens")
    return hashes


def strings_column():
    return [hashlib.sha256("\n".join(make_string(i) for i in range(start, start + BLOCK)).encode()).hexdigest()
            for start in range(0, COUNT, BLOCK)]


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    result = {"python": {"transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__, "tokenizers": tokenizers.__version__},
              "block": BLOCK, "strings": strings_column(), "t5": column(t5(PATH("spiece.model"))), "bert": column(bert(PATH("bert.json")))}
    if len(sys.argv) > 1:
        result["minilm"] = column(bert(sys.argv[1]))
    with open(PATH("ids.json"), "w", encoding="ascii") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
