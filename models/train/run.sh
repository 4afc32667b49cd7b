#!/usr/bin/env bash
# Everything from data to an exported model. Run again after an interruption: steps that are done are skipped.
# DATA: see README.md; the step `sentences` adds a source to it. WORK: any folder with 4 GB. SEQUENCES: the budget; a million is a day on two cores,
# minutes on a GPU. START: a converted folder to go on from, public/models/mvp-mini for one.
set -euo pipefail
cd "$(dirname "$0")"
: "${DATA:?}" "${WORK:?}" "${SEQUENCES:=1000000}"
python=${PYTHON:-python}
export OMP_WAIT_POLICY=passive
embedder=$("$python" -m mvp_train.embedder)

[ -d "$DATA/train/sentences" ] || "$python" -m mvp_train.sentences --data "$DATA/train" --embedder "$embedder"
[ -d "$WORK/tokens" ] || "$python" -m mvp_train.prepare --data "$DATA/train" --embedder "$embedder" --out "$WORK/tokens"
"$python" -m mvp_train.embed --tokens "$WORK/tokens" --embedder "$embedder" --out "$WORK/vectors"
"$python" -m mvp_train.mine --tokens "$WORK/tokens" --vectors "$WORK/vectors" --teacher "$DATA/teacher" --out "$WORK/mined"
"$python" -m mvp_train.train --tokens "$WORK/tokens" --vectors "$WORK/vectors" --mined "$WORK/mined" --embedder "$embedder" \
  --out "$WORK/run" --sequences "$SEQUENCES" ${START:+--start "$START"}
"$python" -m mvp_train.evaluate --embedder "$embedder" --checkpoint "$WORK/run/checkpoint.pt" --sets "$DATA"/eval/*.jsonl.xz \
  --log "$WORK/run/evaluations.jsonl"
"$python" -m mvp_train.report --run "$WORK/run" --out "$WORK/report"
echo "The model is in $WORK/run/export"
