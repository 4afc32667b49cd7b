#!/usr/bin/env bash
# Every step of training on a corpus of 40 sentences, in about two minutes on two cores: proves that the steps fit together,
# that an interrupted run resumes, and that the written folder can be read; not that the model is any good.
# Needs the packages of requirements.txt in the python that is called `python` (or $PYTHON).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
embedder=$("$python" embedder.py)

"$python" smoke/make_corpus.py "$work"
"$python" prepare.py --data "$work/train" --embedder "$embedder" --out "$work/tokens"
"$python" embed.py --tokens "$work/tokens" --embedder "$embedder" --out "$work/vectors"
"$python" mine.py --tokens "$work/tokens" --vectors "$work/vectors" --out "$work/mined"
train=("$python" train.py --tokens "$work/tokens" --vectors "$work/vectors" --mined "$work/mined" --embedder "$embedder"
  --out "$work/run" --batch 16 --log-every 2)
"${train[@]}" --sequences 100
"${train[@]}" --sequences 200 | tee "$work/second"
grep -q "resumed at step" "$work/second"
"$python" export.py --embedder "$embedder" --checkpoint "$work/run/checkpoint.pt" --out "$work/export"
cmp "$work/export/model.safetensors" "$work/run/export/model.safetensors"
"$python" evaluate.py --embedder "$embedder" --checkpoint "$work/export" --sets "$work/garden.jsonl" --length 64 --log "$work/run/evaluations.jsonl"
"$python" report.py --run "$work/run" --out "$work/report"
test -s "$work/report/learning.csv" && test -s "$work/report/learning.svg"
bash smoke/gpu.sh "$work" "$embedder"
echo "training smoke run passed"
