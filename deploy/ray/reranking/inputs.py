"""Inputs of a job: a TREC run, and queries and a corpus in BEIR's form. Memory holds only positions in the files."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Some whole queries of the run: lines between two bytes."""

    number: int
    start: int
    end: int
    queries: int


def parts_of(run: Path, queries: int) -> Iterator[Part]:
    """Cuts a run, whose lines are grouped by query, into parts of so many queries."""
    seen: set[bytes] = set()
    number = start = at = count = 0
    query = b""
    with run.open("rb") as file:
        for line in file:
            qid = line.split(None, 1)[0] if line.strip() else query
            if qid != query:
                if qid in seen:
                    raise ValueError(
                        f"{run}: the lines of query {qid.decode()} are not together; sort the run by query"
                    )
                seen.add(qid)
                query = qid
                if count == queries:
                    yield Part(number, start, at, count)
                    number, start, count = number + 1, at, 0
                count += 1
            at += len(line)
    if count:
        yield Part(number, start, at, count)


def read_part(run: Path, part: Part, top: int) -> dict[str, list[tuple[str, float]]]:
    """The candidates of each query with their scores, best rank first."""
    candidates: dict[str, list[tuple[int, str, float]]] = {}
    with run.open("rb") as file:
        file.seek(part.start)
        for line in file.read(part.end - part.start).decode("utf-8").splitlines():
            if not line.strip():
                continue
            qid, _, pid, rank, score, *_ = line.split()
            candidates.setdefault(qid, []).append((int(rank), pid, float(score)))
    return {qid: [(pid, score) for _, pid, score in sorted(rows)[:top]] for qid, rows in candidates.items()}


class Texts:
    """Lines of a JSON-lines file by their `_id`, through an index that is built once beside the job's output."""

    def __init__(self, path: Path, index: Path):
        self.file = path.open("rb")
        # Read by many at once, also over a network, and changed by none.
        self.index = sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def __getitem__(self, id: str) -> dict:
        found = self.index.execute("SELECT place FROM places WHERE id = ?", (id,)).fetchone()
        if found is None:
            raise KeyError(f"{self.file.name} has no text {id}")
        self.file.seek(found[0])
        return json.loads(self.file.readline())


def build_index(path: Path, index: Path) -> None:
    if index.exists():
        return
    temporary = index.with_suffix(".partial")
    temporary.unlink(missing_ok=True)
    database = sqlite3.connect(temporary)
    with database, path.open("rb") as file:
        database.execute("CREATE TABLE places (id TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID")

        def rows() -> Iterator[tuple[str, int]]:
            place = 0
            for line in file:
                if line.strip():
                    yield str(json.loads(line)["_id"]), place
                place += len(line)

        database.executemany("INSERT INTO places VALUES (?, ?)", rows())
    database.close()
    temporary.rename(index)
