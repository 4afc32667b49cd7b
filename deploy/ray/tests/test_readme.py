"""The commands of the README, with the folder of the tests' model and files in the place of the reader's."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import ROOT

COMMANDS = re.findall(
    r"```sh\n(.*?)```", (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.fixture
def start(cluster, models):
    processes = []
    # A shell in the background ignores interrupts, and its children inherit that: `serve run` would miss the one below.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(about: str, **places: Path) -> subprocess.Popen:
        (command,) = [command for command in COMMANDS if about in command]
        for name, path in {
            "$PWD/../../graphs": models["mvp-mini"],
            "../../graphs": models["mvp-mini"],
            **places,
        }.items():
            command = command.replace(name, str(path))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "RAY_ADDRESS": cluster.address, "PYTHONUNBUFFERED": "1"}
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        processes.append(
            subprocess.Popen(["bash", "-c", command], cwd=ROOT, env=environment, start_new_session=True, **output)
        )
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=120)


def test_the_app_starts(start):
    process, deadline = start("serve run"), time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stdout.read()
        try:
            with urlopen("http://127.0.0.1:8000/health", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:  # nobody listens yet, or the app is not there
            time.sleep(1)
    pytest.fail("it does not answer")


def test_the_job_runs(start, tmp_path):
    files = {name: tmp_path / name for name in ("bm25.trec", "queries.jsonl", "corpus.jsonl")}
    files["bm25.trec"].write_text("q Q0 a 1 2.5 bm25\nq Q0 b 2 1.5 bm25\n")
    files["queries.jsonl"].write_text(json.dumps({"_id": "q", "text": "What makes dough rise?"}) + "\n")
    texts = {"a": "The moon pulls on the sea.", "b": "Yeast makes dough rise."}
    files["corpus.jsonl"].write_text(
        "".join(json.dumps({"_id": id, "text": text}) + "\n" for id, text in texts.items())
    )
    out = tmp_path / "results"
    process = start("reranking.job", **files, results=out)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert [line.split()[2] for line in (out / "run.trec").open()] == ["b", "a"]
