"""The job on a cluster of two nodes, whose workers, node and driver are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import add_node, living_actors

from reranking.job import trec_lines
from reranking.model import Model

QUERIES, PASSAGES, IN_PART = 60, 12, 4


@pytest.fixture(scope="module")
def inputs(models, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("inputs")
    words = (Path(__file__).parents[3] / "models/oracles/tokenizer/text.txt").read_text(encoding="utf-8").split()
    corpus = {f"d{i}": {"title": words[i], "text": " ".join(words[i : i + 40])} for i in range(200)}
    queries = {f"q{i}": " ".join(words[3 * i : 3 * i + 4]) for i in range(QUERIES)}
    run = [
        f"q{i} Q0 d{(7 * i + 11 * rank) % 200} {rank} {-rank} bm25\n"
        for i in range(QUERIES)
        for rank in range(1, PASSAGES + 1)
    ]
    files = {"corpus": folder / "corpus.jsonl", "queries": folder / "queries.jsonl", "run": folder / "bm25.trec"}
    files["corpus"].write_text("".join(json.dumps({"_id": id, **text}) + "\n" for id, text in corpus.items()))
    files["queries"].write_text("".join(json.dumps({"_id": id, "text": text}) + "\n" for id, text in queries.items()))
    files["run"].write_text("".join(run))
    return {"model": models["mvp-mini"], **files}


@pytest.fixture(scope="module")
def expected(inputs) -> str:
    """What a plain loop over the queries gives."""
    model = Model(inputs["model"])
    corpus = {text["_id"]: text for text in map(json.loads, inputs["corpus"].open())}
    lines = []
    for query in map(json.loads, inputs["queries"].open()):
        rows = [line.split() for line in inputs["run"].open() if line.split()[0] == query["_id"]]
        passages = [{**corpus[pid], "firstStageScore": float(score)} for _, _, pid, _, score, _ in rows]
        lines += trec_lines(
            query["_id"], [row[2] for row in rows], model.rank(query["text"], passages).tolist(), "mvp-rerank"
        )
    return "".join(lines)


class Job:
    def __init__(self, cluster, inputs, out, *options):
        command = [
            sys.executable,
            "-m",
            "reranking.job",
            "--address",
            cluster.address,
            "--out",
            out,
            "--part",
            str(IN_PART),
        ]
        command += [part for name, path in inputs.items() for part in (f"--{name}", path)]
        self.parts = out / "parts"
        folder = Path(__file__).parents[1]
        self.process = subprocess.Popen(
            [*map(str, command), *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def done(self) -> list[Path]:
        return sorted(self.parts.glob("*.trec"))

    def wait_for(self, parts: int) -> None:
        until = time.monotonic() + 240
        while len(self.done()) < parts:
            assert self.process.poll() is None, self.process.stdout.read()
            assert time.monotonic() < until, f"{len(self.done())} parts"
            time.sleep(0.02)

    def end(self) -> str:
        out, _ = self.process.communicate(timeout=400)
        assert self.process.returncode == 0, out
        return out


def test_killed_workers_lose_and_repeat_nothing(cluster, inputs, expected, tmp_path):
    job = Job(cluster, inputs, tmp_path, "--workers", "2", "2")
    for parts in (2, 6):
        job.wait_for(parts)
        worker = living_actors("MapWorker")[0]
        os.kill(worker["Pid"], signal.SIGKILL)
    assert '"queries": 60' in job.end()
    assert (tmp_path / "run.trec").read_text() == expected


def test_a_killed_job_goes_on_where_it_was(cluster, inputs, expected, tmp_path):
    first = Job(cluster, inputs, tmp_path)
    first.wait_for(4)
    first.process.kill()
    first.process.communicate()
    time.sleep(3)
    kept = {path: path.stat().st_mtime_ns for path in first.done()}
    assert 4 <= len(kept) < QUERIES // IN_PART
    out = Job(cluster, inputs, tmp_path)
    said = out.end()
    assert f'"done": {len(kept)}' in said
    computed = [json.loads(line) for line in said.splitlines() if '"pairs"' in line]
    assert len(computed) == QUERIES // IN_PART - len(kept)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (tmp_path / "run.trec").read_text() == expected

    other = Job(cluster, inputs, tmp_path, "--top", "5")
    said, _ = other.process.communicate(timeout=100)
    assert other.process.returncode != 0
    assert "another job" in said


def test_a_killed_node_loses_nothing(cluster, inputs, expected, tmp_path):
    node = add_node(cluster)
    job = Job(cluster, inputs, tmp_path, "--workers", "4", "4")
    job.wait_for(3)
    cluster.remove_node(node, allow_graceful=False)
    job.end()
    assert (tmp_path / "run.trec").read_text() == expected
