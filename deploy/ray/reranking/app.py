"""The model behind the rerank protocols on Ray Serve.

An ingress reads requests; replicas of the model share batches, and their number follows the load.

    serve run reranking.app:build model=/models/mvp-mini max_replicas=8
"""

import asyncio
import json
import os
import uuid

from ray import serve
from ray.serve.exceptions import BackPressureError
from ray.serve.handle import DeploymentHandle
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .model import Model
from .protocols import PATHS, Refused, read_request, write_answer, write_error

# Requests that share a batch, and how long the first waits for others. A larger batch gains nothing on a CPU, as
# prompts are batched by length.
SHARED = 16
WAIT_SECONDS = 0.005
MAX_BYTES = 8 * 1024 * 1024


@serve.deployment
class Reranker:
    def __init__(self, model: str, precision: str, threads: int, fusion: str):
        self.model = Model(model, precision, threads, fusion)

    @serve.batch(max_batch_size=SHARED, batch_wait_timeout_s=WAIT_SECONDS)
    async def rank(self, lists: list[tuple[str, list]]) -> list[list[float]]:
        # In a thread, so that a replica at work still answers health checks and takes requests for the next batch.
        scores = await asyncio.to_thread(self.model.rank_lists, lists)
        return [part.tolist() for part in scores]


@serve.deployment
class Api:
    def __init__(self, reranker: DeploymentHandle, model: str, max_passages: int):
        self.reranker, self.model, self.max_passages = reranker, model, max_passages
        # From the environment of the cluster's nodes, not from a configuration that anyone can read.
        self.key = os.environ.get("MVP_RERANK_KEY")

    async def __call__(self, request: Request) -> Response:
        path = request.url.path
        if path == "/health":
            return JSONResponse({"status": "ok"})
        protocol = PATHS.get(path)
        id = str(uuid.uuid4())
        try:
            if protocol is None:
                raise Refused(404, "not-found", f"There is no {request.method} here.")
            return JSONResponse(await self.answer(protocol, id, request))
        except Refused as error:
            return JSONResponse(write_error(protocol, error), error.status, error.headers)

    async def answer(self, protocol: str, id: str, request: Request) -> object:
        if request.method != "POST":
            raise Refused(405, "bad-request", "Use POST.", {"allow": "POST"})
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(401, "unauthorized", "The key is missing or wrong.", {"www-authenticate": "Bearer"})
        asked = read_request(protocol, await read_json(request), self.model, self.max_passages)
        try:
            scores = await self.reranker.rank.remote((asked.query, asked.passages))
        except BackPressureError:
            raise Refused(429, "overloaded", "Too many requests are waiting already.", {"retry-after": "1"}) from None
        return write_answer(protocol, id, self.model, asked, scores)


async def read_json(request: Request) -> object:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise Refused(413, "too-large", f"The body is longer than {MAX_BYTES} bytes.")
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        # The parser's message would quote the body.
        raise Refused(400, "bad-request", "The body is not JSON in UTF-8.") from None


def build(args: dict[str, str]) -> serve.Application:
    """Builds the app from the arguments of `serve run`.

    `model` is the model's folder on every node, `precision` fp32 or int8, `fusion` auto or off, `threads` a replica's
    cores. The others are min_replicas, max_replicas, queue and max_passages.
    """
    folder, precision = args["model"], args.get("precision", "fp32")
    threads = int(args.get("threads", 1))
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        name = json.load(file)["name"]
    reranker = Reranker.options(
        ray_actor_options={"num_cpus": threads},
        autoscaling_config={
            "min_replicas": int(args.get("min_replicas", 1)),
            "max_replicas": int(args.get("max_replicas", 4)),
            # A full batch in work and one that gathers: below, a replica idles; above, requests only wait.
            "target_ongoing_requests": float(args.get("target", 2 * SHARED)),
            "upscale_delay_s": float(args.get("upscale_delay_s", 10)),
            "downscale_delay_s": float(args.get("downscale_delay_s", 120)),
        },
        max_ongoing_requests=3 * SHARED,
        max_queued_requests=int(args.get("queue", 200)),
        graceful_shutdown_timeout_s=30,
    ).bind(folder, precision, threads, args.get("fusion", "auto"))
    api = Api.options(ray_actor_options={"num_cpus": 0}, max_ongoing_requests=1000)
    return api.bind(reranker, name, int(args.get("max_passages", 1000)))
