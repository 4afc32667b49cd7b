"""The app on a cluster of two nodes, asked over HTTP."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import ray
import requests
from conftest import living_actors, node_scores
from ray import serve

from reranking.app import Reranker, build
from reranking.model import Model

NAMES = {
    "/v2/rerank": ("documents", "relevance_score"),
    "/v1/rerank": ("documents", "relevance_score"),
    "/rerank": ("texts", "score"),
}


@pytest.fixture(scope="module")
def url(cluster, models):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    args = {
        "model": str(models["mvp-mini"]),
        "max_replicas": "3",
        "target": "2",
        "upscale_delay_s": "1",
        "queue": "20",
        "max_passages": "120",
    }
    serve.run(build(args))
    yield f"http://127.0.0.1:{port}"
    serve.shutdown()


def scores_of(path, answer, count):
    rows = answer if path == "/rerank" else answer["results"]
    name = NAMES[path][1]
    assert [row[name] for row in rows] == sorted((row[name] for row in rows), reverse=True)
    by_index = {row["index"]: row[name] for row in rows}
    return [by_index[index] for index in range(count)]


@pytest.mark.parametrize("path", NAMES)
def test_every_protocol_gives_the_scores_of_a_browser(url, models, lists, path):
    texts = [
        (query, [text if isinstance(text, str) else f"{text['title']} {text['text']}" for text in passages])
        for query, passages in lists
    ]
    # What runs in pages: onnxruntime-web's WebAssembly.
    expected = node_scores(models["mvp-mini"], texts, "--device", "wasm", "--precision", "fp32")
    for (query, passages), browser in zip(texts, expected, strict=True):
        body = {"query": query, NAMES[path][0]: passages, "raw_scores": True}
        response = requests.post(url + path, data=json.dumps(body), timeout=120)
        assert response.status_code == 200, response.text
        assert np.abs(np.array(scores_of(path, response.json(), len(passages))) - browser).max() < 1e-3


def test_requests_are_answered_in_the_shape_of_the_protocol(url):
    body = {
        "model": "mvp-mini",
        "query": "q",
        "documents": ["a cat", {"text": "a dog"}],
        "top_n": 1,
        "return_documents": True,
    }
    answer = requests.post(f"{url}/v2/rerank", json=body, timeout=60).json()
    assert isinstance(answer["id"], str)
    assert answer["meta"] == {"api_version": {"version": "2"}}
    assert [set(row) for row in answer["results"]] == [{"index", "relevance_score", "document"}]
    jina = requests.post(f"{url}/v1/rerank", json={**body, "top_n": None}, timeout=60).json()
    assert (jina["model"], jina["object"], len(jina["results"])) == ("mvp-mini", "list", 2)
    tei = requests.post(
        f"{url}/rerank", json={"query": "q", "texts": ["a", "b"], "return_text": True}, timeout=60
    ).json()
    assert [set(row) for row in tei] == [{"index", "score", "text"}] * 2
    assert all(0 < row["score"] < 1 for row in tei)
    assert requests.get(f"{url}/health", timeout=60).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v2/rerank", "no json", 400, "bad-request"),
        ("/v2/rerank", [], 422, "bad-request"),
        ("/v2/rerank", {"query": "", "documents": ["a"]}, 422, "bad-query"),
        ("/v2/rerank", {"query": "q", "documents": []}, 422, "bad-passage"),
        ("/v2/rerank", {"query": "q", "documents": ["a", 5]}, 422, "bad-passage"),
        ("/v2/rerank", {"query": "q", "documents": ["a"], "top_n": True}, 422, "bad-request"),
        ("/v2/rerank", {"query": "q", "documents": ["a"], "model": "other"}, 404, "model-not-found"),
        ("/v1/rerank", {"query": "q", "documents": ["a"] * 121}, 413, "too-many-passages"),
        ("/rerank", {"query": "q", "texts": [{"text": "a"}]}, 422, "bad-passage"),
        ("/elsewhere", {}, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_protocol(url, path, body, status, code):
    response = requests.post(url + path, data=body if isinstance(body, str) else json.dumps(body), timeout=60)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()[{"/rerank": "error", "/v1/rerank": "detail"}.get(path, "message")].endswith(".")


def test_requests_that_come_together_share_batches(url, models):
    # In the function, so that it travels to the nodes as it is.
    @serve.deployment(ray_actor_options={"num_cpus": 0})
    class Recording(Reranker.func_or_class):
        def __init__(self, model: str):
            super().__init__(model, "fp32", 1, "auto")
            self.sizes: list[int] = []
            compute = self.model.rank_lists
            self.model.rank_lists = lambda lists: self.sizes.append(len(lists)) or compute(lists)

        async def batches(self) -> list[int]:
            return self.sizes

    handle = serve.run(Recording.bind(str(models["mvp-mini"])), name="recording", route_prefix=None)
    asked = [(f"query {i}", [f"passage {i} {j}" for j in range(1 + i % 3)]) for i in range(20)]
    together = [response.result(timeout_s=120) for response in [handle.rank.remote(one) for one in asked]]
    sizes = handle.batches.remote().result(timeout_s=60)
    serve.delete("recording")
    assert sum(sizes) == 20
    assert max(sizes) <= 16
    assert len(sizes) <= 10
    model = Model(models["mvp-mini"])
    assert together == [model.rank(*one).tolist() for one in asked]


def test_replicas_grow_with_the_load_over_both_nodes_and_the_rest_is_told_to_wait(url):
    def running():
        replicas = serve.status().applications["default"].deployments["Reranker"].replica_states
        return sum(count for state, count in replicas.items() if str(getattr(state, "value", state)) == "RUNNING")

    body = {
        "query": "why do cats purr",
        "texts": [f"{place}: a cat purrs by moving the muscles of its larynx." * 4 for place in range(10)],
    }
    statuses = []
    until = time.monotonic() + 240
    grown = False

    def ask(number):
        while time.monotonic() < until and not grown:
            response = requests.post(f"{url}/rerank", json={**body, "query": f"{body['query']} {number}"}, timeout=300)
            statuses.append((response.status_code, response.headers.get("retry-after")))
            time.sleep(0.1)

    assert running() == 1
    with ThreadPoolExecutor(100) as pool:
        asking = [pool.submit(ask, number) for number in range(100)]
        while time.monotonic() < until and running() < 3:
            time.sleep(0.5)
        most = running()
        grown = True
        for one in asking:
            one.result()
    assert most == 3
    assert {status for status, _ in statuses} == {200, 429}
    assert all(wait == "1" for status, wait in statuses if status == 429)
    nodes = {actor["Address"]["NodeID"] for actor in living_actors("Reranker")}
    assert len(nodes) == 2


def test_the_configuration_for_kubernetes_is_one():
    import yaml
    from ray.serve.schema import ServeDeploySchema

    text = (Path(__file__).parents[1] / "rayservice.yaml").read_text()
    spec = yaml.safe_load(text)["spec"]
    (application,) = ServeDeploySchema(**yaml.safe_load(spec["serveConfigV2"])).applications
    assert application.import_path == f"{build.__module__}:{build.__name__}"
    assert spec["rayClusterConfig"]["rayVersion"] == ray.__version__
    # The largest number of replicas fits the largest number of nodes.
    (group,) = spec["rayClusterConfig"]["workerGroupSpecs"]
    cores = group["maxReplicas"] * int(group["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"])
    assert int(application.args["max_replicas"]) * int(application.args["threads"]) == cores
