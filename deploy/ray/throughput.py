"""Measures pairs a second of a plain loop and of the job with one and two workers, in turns, by MVP's scores alone.

python throughput.py --model <folder with its graphs> [--precision int8] [--queries 16] [--passages 50] [--rounds 3]
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

import onnxruntime
import ray

from reranking.job import rerank
from reranking.model import Model

# Queries of a part, and of a turn of the plain loop: what shares batches is the same.
PART = 2
WORDS = (Path(__file__).parents[2] / "models/oracles/tokenizer/text.txt").read_text(encoding="utf-8").split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--precision", default="fp32", choices=["fp32", "int8"])
    parser.add_argument("--queries", type=int, default=16)
    parser.add_argument("--passages", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        lists = write_inputs(folder, args.queries, args.passages)
        model = Model(args.model, args.precision, fusion="off")
        ray.init(
            num_cpus=2,
            object_store_memory=100 * 1024 * 1024,
            include_dashboard=False,
            log_to_driver=False,
            runtime_env={"env_vars": {"PYTHONPATH": str(Path(__file__).parent)}},
        )
        seconds: dict[str, list[float]] = {"plain loop": [], "1 worker": [], "2 workers": []}
        for number in range(args.rounds):
            seconds["plain loop"].append(timed(lambda: plain(model, lists)))
            for workers in (1, 2):
                name = f"{workers} worker{'s' if workers > 1 else ''}"
                seconds[name].append(job_seconds(folder, args.model, args.precision, workers, number))
            print(json.dumps({name: round(times[-1], 1) for name, times in seconds.items()}), flush=True)
        pairs = args.queries * args.passages
        rates = {name: round(pairs / statistics.median(times), 1) for name, times in seconds.items()}
        versions = {"python": platform.python_version(), "ray": ray.__version__, "onnxruntime": onnxruntime.__version__}
        facts = {
            "pairs": pairs,
            "precision": model.precision,
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "versions": versions,
        }
        each = {name: [round(pairs / time, 1) for time in times] for name, times in seconds.items()}
        print(json.dumps({**facts, "pairs_per_second": rates, "rounds": each}))


def write_inputs(folder: Path, queries: int, passages: int) -> list[tuple[str, list[dict]]]:
    corpus = [{"_id": f"d{i}", "text": " ".join((WORDS * 2)[i : i + 20 + i % 80])} for i in range(len(WORDS))]
    lists = []
    with (folder / "queries.jsonl").open("w") as asked, (folder / "run.trec").open("w") as run:
        for query in range(queries):
            text = " ".join(WORDS[5 * query : 5 * query + 5])
            asked.write(json.dumps({"_id": f"q{query}", "text": text}) + "\n")
            chosen = [corpus[(31 * query + 17 * rank) % len(corpus)] for rank in range(passages)]
            run.writelines(f"q{query} Q0 {one['_id']} {rank} {-rank} bm25\n" for rank, one in enumerate(chosen, 1))
            lists.append((text, chosen))
    (folder / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in corpus))
    return lists


def plain(model: Model, lists: list) -> None:
    for start in range(0, len(lists), PART):
        model.rank_lists(lists[start : start + PART])


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def job_seconds(folder: Path, model: str, precision: str, workers: int, number: int) -> float:
    """Seconds from the first part's start to the last one's end; a long job does not notice the seconds of loading."""
    out = folder / f"out-{workers}-{number}"
    settings = {
        "model": str(Path(model).resolve()),
        "precision": precision,
        "top": 1000,
        "part": PART,
        "threads": 1,
        "fusion": "off",
        "tag": "t",
        "out": str(out),
    }
    settings |= {
        "run": str(folder / "run.trec"),
        "queries": str(folder / "queries.jsonl"),
        "corpus": str(folder / "corpus.jsonl"),
    }
    rerank(settings, (workers, workers))
    ends = sorted(path.stat().st_mtime for path in (out / "parts").glob("*.trec"))
    # The first end of each worker is left out with the work that it stands for.
    rest = ends[workers - 1 :]
    return (rest[-1] - rest[0]) * len(ends) / (len(rest) - 1)


if __name__ == "__main__":
    main()
