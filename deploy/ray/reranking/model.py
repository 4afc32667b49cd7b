"""A model folder with its exported graphs (`mvp-rerank convert --onnx`), run by onnxruntime."""

import json
import math
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .fusion import Embedding, embedding_of, fuse, late_interaction
from .prompts import Prompt, Prompter
from .tokens import read_tokenizer

# Prompts are padded to a multiple of this. Their own length alone sets the padding, so the other prompts of a batch
# cannot change their numbers.
LENGTH_STEP = 16
# Tokens in a batch. Larger ones gain nothing on a CPU and take more memory.
BATCH_TOKENS = 4096
# What the mask holds at padding: far below every logit.
MASKED = -1e9

Passages = Sequence[str | dict]


class Model:
    """Reads all passages to the model's default depth and decodes anchors once over the list, as `rank` does."""

    def __init__(self, folder: str | Path, precision: str = "fp32", threads: int = 1, fusion: str = "auto"):
        """Loads the graphs of a model folder.

        precision: fp32, with the scores of any other runtime, or int8, up to 1.2 times as fast, by the processor.
        fusion: off, or auto, which follows the manifest.
        """
        folder = Path(folder)
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if self.manifest.get("format") != "mvp-rerank" or self.manifest.get("version") != 1:
            raise ValueError(f"{folder}: not a model of format version 1")
        architecture = self.manifest["architecture"]
        if not architecture.get("anchor"):
            raise ValueError(f"{folder}: a cross-encoder; this runs MVP models, which compare the passages of a list")
        # The manifest's defaults may ask a page for more than this. Such a list would be ranked otherwise there.
        depth = self.manifest["defaults"]["depth"]
        # The graphs go to the default depth, or instead of a cascade to the last exit.
        self.depth = architecture["exits"][-1] if depth == "cascade" else depth
        for name, plain in {"depth": self.depth, "refine": 0, "windows": 1}.items():
            if (default := self.manifest["defaults"].get(name, plain)) != plain:
                warnings.warn(f"The model's default {name} is {default}; here it is {plain}", stacklevel=2)
        standard = self.manifest.get("fusion", {"mode": "off"})
        mode = "off" if fusion == "off" else standard["mode"]
        self.weights = None if mode == "off" else standard["weights"][mode]
        self.embeds = mode == "embed"
        self.name, self.precision = self.manifest["name"], precision
        self.bert = architecture["family"] == "bert"
        self.buckets = (architecture.get("buckets"), architecture.get("maxDistance"))
        self.first_view, self.pad = self.manifest["prompt"]["firstView"], self.manifest["prompt"]["padId"]
        self.views = self.manifest["views"]
        encode = read_tokenizer(folder / "tokenizer.json")
        self.prompter = Prompter(self.manifest["prompt"], encode)
        self.encoder = session(folder / f"encoder.{precision}.onnx", threads)
        if self.embeds:
            prompt = self.manifest["prompt"]
            passage = prompt["embed"]
            query = prompt.get("named", {}).get("query", passage)
            self.passage_prompter, self.query_prompter = (
                Prompter({**prompt, "rerank": segments}, encode) for segments in (passage, query)
            )
            # Texts alone may run through more layers than pairs.
            deeper = self.depth < architecture["layers"]
            self.texts = session(folder / f"texts.{precision}.onnx", threads) if deeper else self.encoder
        self.anchor = session(folder / f"anchor.{precision}.onnx", threads)

    def rank(self, query: str, passages: Passages) -> np.ndarray:
        return self.rank_lists([(query, passages)])[0]

    def rank_lists(self, lists: Sequence[tuple[str, Passages]]) -> list[np.ndarray]:
        """Scores of each list, in its own order. All lists' prompts share batches; each list has its own anchors."""
        prompts = [prompt for query, passages in lists for prompt in map(self.prompter.of(query), passages)]
        vectors = self.encode(prompts)
        ends = np.cumsum([len(passages) for _, passages in lists])
        scores = [self.score(part) for part in np.split(vectors, ends[:-1])] if lists else []
        if self.weights is None:
            return scores
        embeddings = iter(self.embed(lists) if self.embeds else ())
        return [self.fuse(mvp, passages, embeddings) for mvp, (_, passages) in zip(scores, lists, strict=True)]

    def fuse(self, mvp: np.ndarray, passages: Passages, embeddings: Iterator[Embedding]) -> np.ndarray:
        """embeddings: of the query and of each passage come next, where the model fuses them."""
        firsts = [passage.get("firstStageScore") if isinstance(passage, dict) else None for passage in passages]
        columns = {
            "mvp": mvp,
            "firstStage": np.array([np.nan if first is None else first for first in firsts], np.float32),
        }
        if self.embeds:
            query, *others = islice(embeddings, 1 + len(passages))
            columns["cosine"] = np.array([query.vector @ other.vector for other in others], np.float32)
            own = self.query_prompter.own(len(query.scales))
            columns["lateInteraction"] = np.array([late_interaction(query, own, other) for other in others], np.float32)
        return fuse(columns, self.weights)

    def encode(self, prompts: Sequence[Prompt]) -> np.ndarray:
        """Relevance vectors, [prompt, view, width]."""
        vectors = np.empty((len(prompts), self.views, self.manifest["architecture"]["width"]), np.float32)
        for places, batch in self.batches(self.encoder, prompts, "vectors"):
            vectors[places] = batch
        return vectors

    def embed(self, lists: Sequence[tuple[str, Passages]]) -> list[Embedding]:
        """Of each list the query's, then the passages'."""
        query_prompt, passage_prompt = self.query_prompter.of(""), self.passage_prompter.of("")
        prompts = [
            prompt for query, passages in lists for prompt in [query_prompt(query), *map(passage_prompt, passages)]
        ]
        found: dict[int, Embedding] = {}
        for places, batch in self.batches(self.texts, prompts, "hidden"):
            found |= {
                place: embedding_of(rows[: len(prompts[place].ids)]) for place, rows in zip(places, batch, strict=True)
            }
        return [found[place] for place in range(len(prompts))]

    def batches(
        self, encoder: ort.InferenceSession, prompts: Sequence[Prompt], output: str
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """An output of an encoder, some prompts of one padded length at a time, with their places."""
        by_length: dict[int, list[int]] = defaultdict(list)
        for place, prompt in enumerate(prompts):
            by_length[max(LENGTH_STEP, math.ceil(len(prompt.ids) / LENGTH_STEP) * LENGTH_STEP)].append(place)
        for length, places in by_length.items():
            size = max(1, BATCH_TOKENS // length)
            for start in range(0, len(places), size):
                batch = places[start : start + size]
                yield batch, self.encode_batch(encoder, [prompts[place] for place in batch], length, output)

    def encode_batch(
        self, encoder: ort.InferenceSession, prompts: Sequence[Prompt], length: int, output: str
    ) -> np.ndarray:
        ids = np.full((len(prompts), length), self.pad, np.int64)
        types = np.zeros_like(ids)
        mask = np.full((len(prompts), 1, 1, length), MASKED, np.float32)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt.ids)] = prompt.ids
            types[row, : len(prompt.ids)] = prompt.types
            mask[row, ..., : len(prompt.ids)] = 0
        rows = self.first_view + self.views if output == "vectors" else length
        feeds = {"input_ids": ids, "mask_bias": mask, "rows": np.array([rows], np.int64)}
        feeds |= {"token_type_ids": types} if self.bert else {"rel_bucket": relative_buckets(length, *self.buckets)}
        return encoder.run([output], feeds)[0]

    def score(self, vectors: np.ndarray) -> np.ndarray:
        return self.anchor.run(["scores"], {"vectors": vectors})[0] if len(vectors) else np.empty(0, np.float32)


def session(path: Path, threads: int) -> ort.InferenceSession:
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing: write the graphs with `mvp-rerank convert … --onnx`")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Each session has threads of its own. Those of one that waits must not spin on the cores that the other needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def relative_buckets(length: int, buckets: int, max_distance: int) -> np.ndarray:
    """T5's bidirectional relative position buckets, [query, key], as src/graph/relativeBuckets.ts has them."""
    half, exact = buckets // 2, buckets // 4
    distance = np.arange(length)
    # In single precision, as PyTorch does it: at a bucket's border the last bit decides.
    ratio = np.log(np.maximum(distance, 1) / exact).astype(np.float32) / np.float32(math.log(max_distance / exact))
    far = np.minimum(half - 1, exact + np.floor(ratio * np.float32(half - exact)).astype(np.int64))
    near = np.where(distance < exact, distance, far)
    ahead = distance[None, :] - distance[:, None]
    return near[np.abs(ahead)] + np.where(ahead > 0, half, 0)
