#!/usr/bin/env bash
# Everything from data to an exported model. Run again after an interruption: steps that are done are skipped.
# DATA: see README.md; a source of sentences is added to it. WORK: any folder with 4 GB. SEQUENCES: the budget; a million is a day on two cores,
# minutes on a GPU. START: a converted folder to go on from, public/models/mvp-mini for one.
set -euo pipefail
cd "$(dirname "$0")"
: "${DATA:?}" "${WORK:?}" "${SEQUENCES:=1000000}"
python=${PYTHON:-python}
export OMP_WAIT_POLICY=passive
embedder=$("$python" embedder.py)

[ -d "$DATA/train/sentences" ] || "$python" sentences.py --data "$DATA/train" --embedder "$embedder"
[ -d "$WORK/tokens" ] || "$python" prepare.py --data "$DATA/train" --embedder "$embedder" --out "$WORK/tokens"
"$python" embed.py --tokens "$WORK/tokens" --embedder "$embedder" --out "$WORK/vectors"
"$python" mine.py --tokens "$WORK/tokens" --vectors "$WORK/vectors" --teacher "$DATA/teacher" --out "$WORK/mined"
"$python" train.py --tokens "$WORK/tokens" --vectors "$WORK/vectors" --mined "$WORK/mined" --embedder "$embedder" \
  --out "$WORK/run" --sequences "$SEQUENCES" ${START:+--start "$START"}
"$python" evaluate.py --embedder "$embedder" --checkpoint "$WORK/run/checkpoint.pt" --sets "$DATA"/eval/*.jsonl.xz \
  --log "$WORK/run/evaluations.jsonl"
"$python" report.py --run "$WORK/run" --out "$WORK/report"
echo "The model is in $WORK/run/export"
