"""What is written of each checkpoint, whatever its family."""

import json
import shutil

from making.cases import FOLDER
from making.numbers import short, spread


def fresh(name):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def write_oracle(folder, oracle):
    for case in oracle["lists"]:
        for depth, result in case["exits"].items():
            print(f"  {folder.name} depth {depth} n={len(case['passages'])} spread {spread(result['scores']):.2f}")
            case["exits"][depth] = {name: short(tensor) for name, tensor in result.items()}
    (folder / "oracle.json").write_text(json.dumps(oracle, ensure_ascii=False) + "\n")
