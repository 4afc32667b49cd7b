"""Writes ids.json: for each block of 1,000 of the oracle's strings the SHA-256 of the strings and of the ids that Python's tokenizers give.

    python make_ids.py [tokenizer.json of a BERT model, for a third column]

t5    the slow T5Tokenizer of transformers (legacy) with spiece.model
bert  BertTokenizerFast with bert.json
roberta  RobertaTokenizerFast with byteLevel.json
prompts  10,000 whole prompts of MVP with spiece.model, cut at various lengths
t5, bert and roberta with split_special_tokens: text that spells a special token is plain text. No special tokens are added. For all strings without such
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
from transformers import BertTokenizerFast, RobertaTokenizerFast, T5Tokenizer

COUNT, PROMPTS, BLOCK = 100_000, 10_000, 1_000
LENGTHS = [24, 64, 256]
PATH = lambda name: os.path.join(HERE, name)


def t5(path):
    plain, original = [T5Tokenizer(path, legacy=True, split_special_tokens=split) for split in (True, False)]
    special = [str(token) for token in original.added_tokens_decoder.values()]
    return (plain, original), special


def bert(path, kind=BertTokenizerFast):
    plain, original = [kind(tokenizer_file=path, split_special_tokens=split) for split in (True, False)]
    special = [str(token) for token in original.added_tokens_decoder.values()]
    return (plain, original), special


def column(loaded):
    (plain, original), special = loaded
    hashes, same, tokens = [], 0, 0
    for start in range(0, COUNT, BLOCK):
        digest = hashlib.sha256()
        for index in range(start, start + BLOCK):
            text = make_string(index)
            ids = plain(text, add_special_tokens=False, verbose=False).input_ids
            if not any(token in text for token in special):
                assert original(text, add_special_tokens=False, verbose=False).input_ids == ids, (index, text)
                same += 1
            tokens += len(ids)
            digest.update((",".join(map(str, ids)) + "\n").encode())
        hashes.append(digest.hexdigest())
    print(f"{tokens} tokens; {same} strings spell no special token and were also checked without split_special_tokens")
    return hashes


def prompts_column(loaded):
    """Prompts of MVP, `<extra_id_0>…<extra_id_3> | Query: … | Context: …`, of three strings each, cut at various lengths."""
    (plain, original), special = loaded
    sentinels = original.convert_tokens_to_ids([f"<extra_id_{view}>" for view in range(4)])
    hashes, same = [], 0
    for start in range(0, PROMPTS, BLOCK):
        digest = hashlib.sha256()
        for index in range(start, start + BLOCK):
            query, title, text = (make_string(3 * index + part) for part in range(3))
            length = LENGTHS[index % len(LENGTHS)]
            prompt = f" | Query: {query} | Context: {(title + ' ' + text).strip()}"
            ids = sentinels + plain(prompt, add_special_tokens=False).input_ids[:length - 5] + [original.eos_token_id]
            if not any(token in prompt for token in special):
                # As the original calls it.
                whole = "<extra_id_0><extra_id_1><extra_id_2><extra_id_3>" + prompt
                assert original(whole, truncation=True, max_length=length).input_ids == ids, (index, prompt)
                same += 1
            digest.update((",".join(map(str, ids)) + "\n").encode())
        hashes.append(digest.hexdigest())
    print(f"{same} of {PROMPTS} prompts spell no other special token and were also checked as the original makes them")
    return hashes


def strings_column():
    return [hashlib.sha256("\n".join(make_string(i) for i in range(start, start + BLOCK)).encode()).hexdigest()
            for start in range(0, COUNT, BLOCK)]


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    result = {"python": {"transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__, "tokenizers": tokenizers.__version__},
              "block": BLOCK, "strings": strings_column(), "t5": column(t5(PATH("spiece.model"))),
              "prompts": prompts_column(t5(PATH("spiece.model"))), "bert": column(bert(PATH("bert.json"))),
              "roberta": column(bert(PATH("byteLevel.json"), RobertaTokenizerFast))}
    if len(sys.argv) > 1:
        result["minilm"] = column(bert(sys.argv[1]))
    with open(PATH("ids.json"), "w", encoding="ascii") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
