#!/usr/bin/env bash
# The stages that a GPU machine runs, on the processor and the corpus of 40 sentences, with a random teacher of one layer and a backbone of 12 layers: that the steps fit together.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
work=$1 embedder=$1/deep

"$python" smoke/make_deep.py "$2" "$embedder"
"$python" -m mvp_train.gpu.lexical --tokens "$work/tokens" --out "$work/lexical"
"$python" -m mvp_train.gpu.payload --tokens "$work/tokens" --lexical "$work/lexical" --embedder "$embedder" --sets "$work/garden.jsonl" --out "$work/payload"
mkdir "$work/gpu"
cp "$work"/payload/4/embedder.npz "$work/gpu"
tar xJf "$work/payload/1/work.tar.xz" -C "$work/gpu" --strip-components=1
"$python" -m mvp_train.gpu.run teacher --work "$work/gpu" --out "$work/gpu/out" --teacher-seconds 1 --score-seconds 5 --untrained-teacher
"$python" -m mvp_train.gpu.run student --work "$work/gpu" --out "$work/gpu/out" --seconds 3 --sequences-a-step 64
"$python" -m mvp_train.gpu.collect --parts "$work/gpu/out" --out "$work/gpu/checkpoint.pt"
"$python" -m mvp_train.export --embedder "$embedder" --checkpoint "$work/gpu/checkpoint.pt" --out "$work/gpu/export"
"$python" -m mvp_train.report --run "$work/gpu/out" --out "$work/gpu/report"
test -s "$work/gpu/report/evaluations.svg"
"$python" -m mvp_train.alone --model "$work/gpu/export" --query-prefix "query: " --passage-prefix "query: " --rounding q4 --sets "$work/garden.jsonl" --length 64 --dump "$work/gpu/alone"
"$python" -m mvp_train.ensemble --dumps "$work/gpu/alone" "$work/gpu/alone" --sets garden
