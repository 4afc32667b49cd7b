"""Packs what a GPU machine needs into folders small enough to copy: tokens, development sets, quantized weights.

python -m mvp_train.gpu.lexical --tokens T --out L
python -m mvp_train.gpu.payload --tokens T --lexical L --embedder E --teacher M --sets … --out P
"""

import argparse
import os
import shutil
import subprocess

import numpy as np
from safetensors.torch import load_file

from ..model import start_views
from ..prepare import load_tokenizer
from .dev_sets import pack as pack_set
from .mpnet import LAYERS, names
from .packed import pack

PARTS = 3  # of the teacher
QUERIES = {"nfcorpus": 80}  # a set's first-stage lists, spread evenly; else all


def part_of(name):
    if not name.startswith("layers."):
        return 0
    return 1 + int(name.split(".")[1]) * (PARTS - 1) // LAYERS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--lexical", required=True)
    parser.add_argument("--embedder", required=True, help="folder of the backbone")
    parser.add_argument("--teacher", help="folder of all-mpnet-base-v2")
    parser.add_argument("--sets", nargs="*", default=[])
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    def folder(name):
        return os.makedirs(os.path.join(args.out, name), exist_ok=True) or os.path.join(args.out, name)

    texts = folder("work")
    for name in ("tokens", "lexical"):
        shutil.copytree(getattr(args, name), os.path.join(texts, name), dirs_exist_ok=True)
    os.makedirs(os.path.join(texts, "dev"), exist_ok=True)
    tokenizer = load_tokenizer(args.embedder)
    for path in args.sets:
        name = os.path.basename(path).split(".")[0]
        pack_set(path, tokenizer, QUERIES.get(name), os.path.join(texts, "dev", name + ".npz"))
    shutil.copy(os.path.join(args.embedder, "config.json"), texts)
    first = folder("1")  # each folder stays under 56 MB
    subprocess.run(
        ["tar", "cJf", os.path.join(first, "work.tar.xz"), "-C", args.out, "work"],
        check=True,
        env={**os.environ, "XZ_OPT": "-6 -T2"},
    )
    embedder = load_file(os.path.join(args.embedder, "model.safetensors"))
    start_views(embedder["embeddings.word_embeddings.weight"], args.embedder)
    np.savez(
        os.path.join(folder("4"), "embedder.npz"), **pack({k: v for k, v in embedder.items() if v.is_floating_point()})
    )
    if not args.teacher:
        return
    teacher = load_file(os.path.join(args.teacher, "model.safetensors"))
    packed = pack({ours: teacher[theirs] for ours, theirs in names().items()})
    for part in range(PARTS):
        own = {k: v for k, v in packed.items() if part_of(k) == part}
        np.savez(os.path.join(folder(str(part + 1)), f"teacher-{part}.npz"), **own)


if __name__ == "__main__":
    main()
