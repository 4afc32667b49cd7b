"""A stand-in for a backbone of 12 layers: every layer of an embedder twice.

python make_deep.py EMBEDDER OUT
"""

import json
import os
import re
import shutil
import sys

from safetensors.torch import load_file, save_file


def main(embedder, out):
    os.makedirs(out)
    shutil.copy(os.path.join(embedder, "tokenizer.json"), out)
    with open(os.path.join(embedder, "config.json")) as file:
        config = json.load(file)
    config["num_hidden_layers"] *= 2
    with open(os.path.join(out, "config.json"), "w") as file:
        json.dump(config, file)
    state = {}
    for name, value in load_file(os.path.join(embedder, "model.safetensors")).items():
        found = re.search(r"(?<=encoder\.layer\.)\d+", name)
        if not found:
            state[name] = value
        for copy in range(2) if found else ():
            number = str(2 * int(found[0]) + copy)
            state[name[: found.start()] + number + name[found.end() :]] = value.clone()
    save_file(state, os.path.join(out, "model.safetensors"), metadata={"format": "pt"})


if __name__ == "__main__":
    main(*sys.argv[1:])
