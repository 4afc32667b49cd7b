"""The rerank protocols of Cohere, Jina and TEI, with the requests, answers and errors of `mvp-rerank serve`.

docs/SERVER.md describes them.
"""

import math
from dataclasses import dataclass

PATHS = {"/v2/rerank": "cohere", "/v1/rerank": "jina", "/rerank": "tei"}


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


@dataclass(frozen=True)
class Asked:
    query: str
    passages: list[str | dict]
    top: int | None
    return_text: bool
    squash: bool


def read_request(protocol: str, body: object, model: str, most: int) -> Asked:
    """Fields that have no meaning here are passed over, as the model cuts long passages itself."""
    if not isinstance(body, dict):
        raise wrong("The body is no JSON object.")
    named = body.get("model")
    if named is not None and not isinstance(named, str):
        raise wrong("`model` must be a string.")
    if named not in (None, model):
        # Another model's scores would be a wrong answer to who asks for one by name.
        raise Refused(404, "model-not-found", f"This server has the model {model} alone.")
    query = body.get("query")
    if not isinstance(query, str) or query == "":
        raise wrong("`query` must be a string that is not empty.", "bad-query")
    tei = protocol == "tei"
    return Asked(
        query,
        read_passages(body.get("texts" if tei else "documents"), "texts" if tei else "documents", not tei, most),
        None if tei else read_count(body.get("top_n")),
        read_flag(body, "return_text" if tei else "return_documents"),
        tei and not read_flag(body, "raw_scores"),
    )


def read_passages(texts: object, name: str, objects: bool, most: int) -> list[str | dict]:
    if not isinstance(texts, list) or not texts:
        raise wrong(f"`{name}` must be a list of at least one text.", "bad-passage")
    if len(texts) > most:
        raise Refused(413, "too-many-passages", f"`{name}` has {len(texts)} texts; at most {most} are taken.")
    for place, item in enumerate(texts):
        if isinstance(item, str) or (objects and isinstance(item, dict) and isinstance(item.get("text"), str)):
            continue
        kinds = "string or object with a string in `text`" if objects else "string"
        raise wrong(f"`{name}[{place}]` is no {kinds}.", "bad-passage")
    return [item if isinstance(item, str) else plain(item) for item in texts]


def plain(item: dict) -> dict:
    title = item.get("title")
    return {"text": item["text"], **({"title": title} if isinstance(title, str) else {})}


def read_count(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < 1:
        raise wrong("`top_n` must be a whole number from 1 on.")
    return value


def read_flag(body: dict, name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong(f"`{name}` must be true or false.")
    return bool(value)


def wrong(message: str, code: str = "bad-request") -> Refused:
    return Refused(422, code, message)


def write_answer(protocol: str, id: str, model: str, asked: Asked, scores: list[float]) -> object:
    """Highest score first; of equal ones the earlier in the client's list."""
    order = sorted(range(len(scores)), key=lambda index: (-scores[index], index))[: asked.top]

    def text(index: int) -> str:
        passage = asked.passages[index]
        return passage if isinstance(passage, str) else passage["text"]

    if protocol == "tei":
        return [
            {
                "index": index,
                **({"text": text(index)} if asked.return_text else {}),
                "score": sigmoid(scores[index]) if asked.squash else scores[index],
            }
            for index in order
        ]
    results = [
        {
            "index": index,
            "relevance_score": scores[index],
            **({"document": {"text": text(index)}} if asked.return_text else {}),
        }
        for index in order
    ]
    if protocol == "cohere":
        return {"id": id, "results": results, "meta": {"api_version": {"version": "2"}}}
    return {"id": id, "model": model, "object": "list", "results": results}


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0


def write_error(protocol: str | None, error: Refused) -> dict:
    """In the shape of the protocol, with the stable code beside it."""
    if protocol == "tei":
        kinds = {429: "Overloaded", 503: "Unhealthy"}
        kind = kinds.get(error.status, "Validation" if error.status < 500 else "Backend")
        return {"error": error.message, "error_type": kind, "code": error.code}
    return {"detail" if protocol == "jina" else "message": error.message, "code": error.code}
