"""Files of texts and judgements: BEIR folders, and evaluation sets in the format of MVP's authors."""

import json
import lzma
import os


def read_jsonl(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_jsonl(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read_qrels(folder):
    """Yields query id, passage id and grade of every judgement that the BEIR folder has for training."""
    with open(os.path.join(folder, "qrels", "train.tsv"), encoding="utf-8") as file:
        next(file)
        for line in file:
            query, passage, grade = line.rstrip("\n").split("\t")
            yield query, passage, int(grade)


def passage_text(title, text):
    return f"{title} {text}".strip()


def read_set(path, limit):
    """`limit` queries spread evenly over the file, or all."""
    with (lzma.open if path.endswith(".xz") else open)(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return rows[:: max(1, len(rows) // limit)][:limit] if limit else rows
