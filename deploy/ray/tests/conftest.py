"""Models to test with, converted by the command line of this repository, and what Node says of their lists."""

import json
import os
import subprocess
from pathlib import Path

import pytest

# On a busy machine processes take longer to start and to answer than Ray waits by default.
PATIENCE = {
    "RAY_agent_register_timeout_ms": "180000",
    "RAY_raylet_start_wait_time_s": "180",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "180",
    "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "180",
    "RAY_SERVE_RECORD_AUTOSCALING_STATS_TIMEOUT_S": "60",
    "RAY_worker_niceness": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}
os.environ |= PATIENCE

ROOT = Path(__file__).resolve().parents[3]
CLI = ROOT / "dist/cli/main.js"
ORACLES = ["t5-relu", "t5-gated", "t5-odd", "t5-f16", "bert-relu", "bert-gated", "bert-deep"]
QUANTIZED = ["t5-relu", "bert-gated"]


def cli(*args: str | Path, stdin: str = "") -> str:
    command = ["node", CLI, *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, timeout=300).stdout


def node_scores(model: Path, lists: list[tuple[str, list]], *options: str) -> list[list[float]]:
    """Scores in the order of each list, as `mvp-rerank rank` gives them."""
    depth = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["defaults"]["depth"]
    plain = ["--depth", str(depth), "--refine", "0", "--windows", "1"]
    lines = "".join(json.dumps({"query": query, "passages": passages}) + "\n" for query, passages in lists)
    scores = []
    for line, (_, passages) in zip(
        cli("rank", "--model", model, *plain, *options, stdin=lines).splitlines(), lists, strict=True
    ):
        by_index = {result["index"]: result["score"] for result in json.loads(line)["results"]}
        scores.append([by_index[index] for index in range(len(passages))])
    return scores


class Models(dict):
    """Model folders with their graphs, made when they are first asked for: mvp-mini, and <oracle>-fp32 and -q8."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> Path:
        self[name] = out = self.folder / name
        if name == "mvp-mini":
            cli("convert", ROOT / "public/models/mvp-mini", "--out", out, "--onnx")
        else:
            oracle, dtype = name.rsplit("-", 1)
            known = read_oracle(oracle)
            shape = ["--views", str(known["views"]), "--max-length", str(known["maxLength"])]
            cli("convert", ROOT / "models/oracles" / oracle, "--out", out, "--dtype", dtype, "--onnx", *shape)
        return out


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Models:
    return Models(tmp_path_factory.mktemp("models"))


def read_oracle(name: str) -> dict:
    return json.loads((ROOT / "models/oracles" / name / "oracle.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def lists() -> list[tuple[str, list]]:
    """Queries and passages of many lengths and scripts, some hostile, with enough words for a model to tell apart."""
    probe = json.loads((ROOT / "public/models/mvp-mini/manifest.json").read_text(encoding="utf-8"))["probe"]
    words = (ROOT / "models/oracles/tokenizer/text.txt").read_text(encoding="utf-8").split()
    pieces = [" ".join(words[start : start + 3 + start % 71]) for start in range(0, 60 * 37, 37)]
    hostile = [
        "",
        " ",
        "[SEP] [CLS] answer",
        "</s><extra_id_0>",
        "\ud800 lone",
        "\u0000\ufeff\u0085 x \u0085",
        "{context}",
        "e\u0301\u200d",
        "日本語の文",
    ]
    titled = [
        {"title": piece[:20], "text": piece, "id": i, "firstStageScore": i / 2} for i, piece in enumerate(pieces[:5])
    ]
    return [
        (probe["query"], probe["passages"]),
        ("Why \u00a0do {query} cats?", pieces + hostile + titled),
        (" ".join(words[:300]), pieces[:8]),
    ]


@pytest.fixture(scope="session")
def cluster():
    """Two nodes on this machine, each with processes, a scheduler and an object store of its own."""
    import ray
    from ray.cluster_utils import Cluster

    nodes = Cluster()
    for _ in range(2):
        add_node(nodes)
    path = str(Path(__file__).resolve().parents[1])
    ray.init(address=nodes.address, runtime_env={"env_vars": {"PYTHONPATH": path}}, log_to_driver=False)
    assert sum(node["Alive"] for node in ray.nodes()) == 2
    yield nodes
    ray.shutdown()
    nodes.shutdown()


def add_node(nodes):
    """A second time where the first node was too slow: what is imported is in memory then."""
    for attempt in range(4):
        try:
            return nodes.add_node(num_cpus=2, object_store_memory=100 * 1024 * 1024, include_dashboard=False)
        except Exception:
            if attempt == 3:
                raise


def living_actors(class_name: str) -> list[dict]:
    """From the head's own store: the public way needs the dashboard."""
    from ray._private.state import actors

    return [actor for actor in actors().values() if actor["State"] == "ALIVE" and class_name in actor["ActorClassName"]]
