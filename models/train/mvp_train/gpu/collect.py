"""Joins the parts that the student stage of `mvp_train.gpu.run` wrote into a checkpoint for export and evaluate."""

import argparse
import io
import json
import os
from pathlib import Path

import numpy as np
import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", required=True, help="folder with weights.0, weights.1, … and student.jsonl")
    parser.add_argument("--out", required=True, help="checkpoint.pt")
    args = parser.parse_args()
    numbers = sorted(int(name.split(".")[1]) for name in os.listdir(args.parts) if name.startswith("weights."))
    data = b"".join(Path(args.parts, f"weights.{i}").read_bytes() for i in numbers)
    with np.load(io.BytesIO(data)) as file:
        state = {name: torch.from_numpy(file[name]).float() for name in file}
    with open(os.path.join(args.parts, "student.jsonl"), encoding="utf-8") as file:
        sequences = max(json.loads(line).get("sequences", 0) for line in file)
    torch.save({"model": state, "sequences": sequences}, args.out)


if __name__ == "__main__":
    main()
