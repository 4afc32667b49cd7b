"""Reranks a large TREC run with Ray Data, and can be killed at any time.

The run is cut into parts of whole queries. A worker writes a part's result to a file of its own that appears whole or
not at all; a part whose file exists is done. So a worker, a node or the whole job may die: parts at work are computed
again, finished parts are not, and no query is lost or comes twice.

    python -m reranking.job --model M --run bm25.trec --queries queries.jsonl --corpus corpus.jsonl --out results
"""

import argparse
import hashlib
import json
import os
import time
from dataclasses import asdict
from pathlib import Path

import ray

from .inputs import Part, Texts, build_index, parts_of, read_part
from .model import Model

# Lists that share batches. More gain nothing on a CPU.
LISTS_AT_ONCE = 8


class Worker:
    """One model on some cores, which works off parts."""

    def __init__(self, settings: dict):
        self.settings = settings
        self.out = Path(settings["out"])
        self.model = Model(settings["model"], settings["precision"], settings["threads"], settings["fusion"])
        self.queries = Texts(Path(settings["queries"]), self.out / "queries.index")
        self.corpus = Texts(Path(settings["corpus"]), self.out / "corpus.index")

    def __call__(self, row: dict) -> dict:
        part = Part(**row)
        path = part_file(self.out, part.number)
        started = time.monotonic()
        pairs = 0
        if not path.exists():
            candidates = list(read_part(Path(self.settings["run"]), part, self.settings["top"]).items())
            lines: list[str] = []
            for start in range(0, len(candidates), LISTS_AT_ONCE):
                some = candidates[start : start + LISTS_AT_ONCE]
                lists = [
                    (
                        self.queries[qid]["text"],
                        [{**self.corpus[pid], "firstStageScore": score} for pid, score in found],
                    )
                    for qid, found in some
                ]
                for (qid, found), scores in zip(some, self.model.rank_lists(lists), strict=True):
                    lines += trec_lines(qid, [pid for pid, _ in found], scores.tolist(), self.settings["tag"])
            pairs = len(lines)
            write_whole(path, "".join(lines))
        return {"number": part.number, "queries": part.queries, "pairs": pairs, "seconds": time.monotonic() - started}


def trec_lines(qid: str, pids: list[str], scores: list[float], tag: str) -> list[str]:
    order = sorted(range(len(pids)), key=lambda place: (-scores[place], place))
    # Nine digits give a single-precision number back to the bit.
    return [f"{qid} Q0 {pids[place]} {rank} {scores[place]:.9g} {tag}\n" for rank, place in enumerate(order, 1)]


def part_file(out: Path, number: int) -> Path:
    return out / "parts" / f"{number:07}.trec"


def write_whole(path: Path, text: str) -> None:
    """Under its name the file is whole, also if two workers write it, as when one was taken for dead."""
    temporary = path.with_name(f"{path.name}.{os.uname().nodename}.{os.getpid()}.partial")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def fingerprint(settings: dict) -> str:
    """A hash of all that the results depend on. Files count by size and time, as hashing terabytes takes too long."""
    files = {name: Path(settings[name]) for name in ("run", "queries", "corpus")}
    stats = {name: [path.stat().st_size, path.stat().st_mtime_ns] for name, path in files.items()}
    manifest = (Path(settings["model"]) / "manifest.json").read_text(encoding="utf-8")
    chosen = {name: settings[name] for name in ("precision", "fusion", "top", "part", "tag")}
    return hashlib.sha256(json.dumps([stats, manifest, chosen], sort_keys=True).encode()).hexdigest()


def prepare(settings: dict) -> Path:
    out = Path(settings["out"])
    (out / "parts").mkdir(parents=True, exist_ok=True)
    mark = out / "job.json"
    this = {"fingerprint": fingerprint(settings), **settings}
    if mark.exists() and json.loads(mark.read_text())["fingerprint"] != this["fingerprint"]:
        raise SystemExit(
            f"{out} holds the results of another job (other files, model or options); choose another --out"
        )
    write_whole(mark, json.dumps(this, indent=1) + "\n")
    for leftover in (out / "parts").glob("*.partial"):
        leftover.unlink()
    for name in ("queries", "corpus"):
        build_index(Path(settings[name]), out / f"{name}.index")
    return out


def merge(out: Path, parts: list[Part]) -> Path:
    """All parts as one run, each query once, in the order of the run that came in."""
    result = out / "run.trec"
    temporary = out / "run.trec.partial"
    queries = 0
    with temporary.open("wb") as file:
        for part in parts:
            data = part_file(out, part.number).read_bytes()
            found = len(dict.fromkeys(line.split(None, 1)[0] for line in data.splitlines()))
            if found != part.queries:
                raise SystemExit(
                    f"Part {part.number} holds {found} queries of {part.queries}; delete it and start again"
                )
            queries += found
            file.write(data)
    temporary.rename(result)
    print(json.dumps({"run": str(result), "queries": queries, "parts": len(parts)}))
    return result


def rerank(settings: dict, workers: tuple[int, int]) -> Path:
    out = prepare(settings)
    parts = list(parts_of(Path(settings["run"]), settings["part"]))
    todo = [part for part in parts if not part_file(out, part.number).exists()]
    print(json.dumps({"parts": len(parts), "done": len(parts) - len(todo)}), flush=True)
    if todo:
        rows = ray.data.from_items([asdict(part) for part in todo], override_num_blocks=len(todo))
        # An actor that dies is started anew and its part computed again, as often as it takes.
        results = rows.map(
            Worker,
            fn_constructor_args=(settings,),
            compute=ray.data.ActorPoolStrategy(
                min_size=workers[0], max_size=workers[1], max_tasks_in_flight_per_actor=2
            ),
            num_cpus=settings["threads"],
            max_restarts=-1,
            max_task_retries=-1,
        )
        for row in results.iter_rows():
            print(json.dumps({name: row[name] for name in ("number", "queries", "pairs", "seconds")}), flush=True)
    return merge(out, parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, about in {
        "model": "model folder with its graphs, on every node",
        "run": "TREC run, its lines grouped by query",
        "queries": 'JSON lines {"_id", "text"}',
        "corpus": 'JSON lines {"_id", "title"?, "text"}',
        "out": "folder of the results, shared by all nodes",
    }.items():
        parser.add_argument(f"--{name}", required=True, help=about)
    parser.add_argument(
        "--precision",
        default="fp32",
        choices=["fp32", "int8"],
        help="fp32: the scores of any other runtime; int8: 1.2 times as fast",
    )
    parser.add_argument(
        "--fusion", default="auto", choices=["auto", "off"], help="as the model's manifest says, or MVP's scores alone"
    )
    parser.add_argument("--top", type=int, default=100, help="candidates of each query")
    parser.add_argument("--part", type=int, default=256, help="queries of a part")
    parser.add_argument("--threads", type=int, default=1, help="cores of a worker")
    parser.add_argument("--workers", type=int, nargs=2, default=(1, 10_000), metavar=("LEAST", "MOST"))
    parser.add_argument("--tag", default="mvp-rerank")
    parser.add_argument("--address", default=None, help="of a running cluster; none: one on this machine")
    settings = vars(parser.parse_args())
    workers, address = tuple(settings.pop("workers")), settings.pop("address")
    for name in ("model", "run", "queries", "corpus", "out"):
        settings[name] = str(Path(settings[name]).resolve())
    ray.init(
        address=address, runtime_env={"env_vars": {"PYTHONPATH": str(Path(__file__).parents[1])}}, log_to_driver=False
    )
    rerank(settings, workers)


if __name__ == "__main__":
    main()
