#!/usr/bin/env bash
# Every step of training on a corpus of 40 sentences, in about two minutes on two cores: proves that the steps fit together,
# that an interrupted run resumes, and that the written folder can be read; not that the model is any good.
# Needs the packages of requirements.txt in the python that is called `python` (or $PYTHON).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
embedder=$("$python" -m mvp_train.embedder)

"$python" smoke/make_corpus.py "$work"
"$python" -m mvp_train.prepare --data "$work/train" --embedder "$embedder" --out "$work/tokens"
"$python" -m mvp_train.embed --tokens "$work/tokens" --embedder "$embedder" --out "$work/vectors"
"$python" -m mvp_train.mine --tokens "$work/tokens" --vectors "$work/vectors" --out "$work/mined"
train=("$python" -m mvp_train.train --tokens "$work/tokens" --vectors "$work/vectors" --mined "$work/mined" --embedder "$embedder"
  --out "$work/run" --batch 16 --log-every 2)
"${train[@]}" --sequences 100
"${train[@]}" --sequences 200 | tee "$work/second"
grep -q "resumed at step" "$work/second"
"$python" -m mvp_train.export --embedder "$embedder" --checkpoint "$work/run/checkpoint.pt" --out "$work/export"
cmp "$work/export/model.safetensors" "$work/run/export/model.safetensors"
"$python" -m mvp_train.evaluate --embedder "$embedder" --checkpoint "$work/export" --sets "$work/garden.jsonl" --length 64 --log "$work/run/evaluations.jsonl"
"$python" -m mvp_train.weaknesses --embedder "$embedder" --checkpoint "$work/export" --most 3
"$python" -m mvp_train.held_back --data "$work/train" --tokens "$work/tokens" --out "$work/held.jsonl"
"$python" -m mvp_train.report --run "$work/run" --out "$work/report"
test -s "$work/report/learning.csv" && test -s "$work/report/learning.svg"
deep=("$python" -m mvp_train.deep --backbone "$embedder" --earlier ../../public/models/mvp-mini --earlier-embedder "$embedder"
  --tokens "$work/tokens" --mined "$work/mined" --out "$work/alone" --sets "$work/garden.jsonl" --evaluations 1 --log-every 1 --fp32)
"${deep[@]}" --minutes 0.05
"${deep[@]}" --minutes 0.1 | tee "$work/second"
grep -q "resumed at step" "$work/second"
test -s "$work/alone/export/model.safetensors"
bash smoke/gpu.sh "$work" "$embedder"
echo "training smoke run passed"
