"""The scores are those of the original and of Node, and so of a browser."""

import json

import numpy as np
import pytest
from conftest import ORACLES, QUANTIZED, node_scores, read_oracle

from reranking.fusion import late_interaction
from reranking.model import Model, relative_buckets


@pytest.mark.parametrize("name", ORACLES)
def test_ids_and_scores_of_the_original(models, name):
    oracle = read_oracle(name)
    model = Model(models[f"{name}-fp32"])
    for case in oracle["lists"]:
        prompts = list(map(model.prompter.of(case["query"]), case["passages"]))
        assert [prompt.ids for prompt in prompts] == case["ids"]
        if "types" in case:
            assert [prompt.types for prompt in prompts] == case["types"]
        scores = case["exits"][str(model.depth)]["scores"]
        assert np.abs(model.rank(case["query"], case["passages"]) - scores).max() < 1e-4


def test_texts_alone_run_deeper_than_pairs_behind_their_own_prompts(models):
    """Cosines and late interaction of `bert-deep`, with PyTorch's. Tokens are in 8 bits here."""
    oracle = read_oracle("bert-deep")
    folder = models["bert-deep-fp32"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    weights = {"mvp": 1, "cosine": 1, "lateInteraction": 1, "firstStage": 0}
    fusion = {"mode": "embed", "weights": {"embed": weights, "given": weights, "cascade": weights}}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "fusion": fusion}), encoding="utf-8")
    model = Model(folder)
    assert model.depth < manifest["architecture"]["layers"]
    for case in oracle["lists"]:
        query, *others = model.embed([(case["query"], case["passages"])])
        own = model.query_prompter.own(len(query.scales))
        cosines = [query.vector @ other.vector for other in others]
        late = [late_interaction(query, own, other) for other in others]
        assert np.abs(np.array(cosines) - case["signals"]["cosine"]).max() < 1e-4
        assert np.abs(np.array(late) - case["signals"]["lateInteraction"]).max() < 3e-3
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("name", QUANTIZED)
@pytest.mark.parametrize(("precision", "bound"), [("fp32", 1e-4), ("int8", 1e-3)])
def test_quantized_models_have_the_scores_of_node(models, lists, name, precision, bound):
    assert difference(models[f"{name}-q8"], lists, precision, "cpu") < bound


@pytest.mark.parametrize("fusion", ["auto", "off"])
@pytest.mark.parametrize(("precision", "bound"), [("fp32", 1e-4), ("int8", 1e-3)])
def test_the_shipped_model_has_the_scores_of_node(models, lists, precision, bound, fusion):
    assert difference(models["mvp-mini"], lists, precision, "cpu", fusion) < bound


@pytest.mark.parametrize("name", ["mvp-mini", *(f"{name}-q8" for name in QUANTIZED)])
def test_quantized_weights_have_the_scores_of_webassembly(models, lists, name):
    assert difference(models[name], lists, "fp32", "wasm", "off") < 1e-4


def test_fused_they_have_them_too(models, lists):
    """Late interaction has tokens in 8 bits: one that tips over in another runtime is worth more than a last bit."""
    assert difference(models["mvp-mini"], lists, "fp32", "wasm") < 1e-3


def test_int8_is_nearer_to_webassembly_than_to_what_it_rounds(models, lists):
    """Two runtimes add up norms and attention in different orders.

    A last bit tips a rounding to 8 bits here and there, and each layer multiplies that, so no bound for floating-point
    numbers holds. The difference is of the size of the rounding itself.
    """
    int8, fp32 = (
        Model(models["mvp-mini"], precision, fusion="off").rank_lists(lists) for precision in ("int8", "fp32")
    )
    computed = ("--runtime", "onnxruntime", "--device", "wasm", "--precision", "int8")
    wasm = node_scores(models["mvp-mini"], lists, *computed, "--fusion", "off")

    def distance(some, others):
        return np.sqrt(np.mean((np.concatenate(some) - np.concatenate(others)) ** 2))

    assert distance(int8, wasm) < distance(int8, fp32)
    ranks = [np.argsort(np.argsort(scores)) for scores in (int8[1], wasm[1])]
    assert np.corrcoef(ranks)[0, 1] > 0.99


def test_a_list_does_not_depend_on_what_it_is_batched_with(models, lists):
    model = Model(models["mvp-mini"])
    together = model.rank_lists(lists)
    for scores, (query, passages) in zip(together, lists, strict=True):
        assert (scores == model.rank(query, passages)).all()
    assert model.rank_lists([]) == []
    assert [len(scores) for scores in model.rank_lists([("q", []), ("q", ["a"]), ("q", [])])] == [0, 1, 0]


def test_relative_buckets_are_those_of_pytorch():
    # transformers' T5Attention._relative_position_bucket(bidirectional=True): distances 0 to 150, 32 buckets up to 128
    expected = (
        [0, 1, 2, 3, 4, 5, 6, 7]
        + [8] * 4
        + [9] * 4
        + [10] * 7
        + [11] * 9
        + [12] * 14
        + [13] * 18
        + [14] * 27
        + [15] * 60
    )
    assert relative_buckets(151, 32, 128)[:, 0].tolist() == expected


def difference(folder, lists, precision, device, fusion="auto") -> float:
    model = Model(folder, precision, fusion=fusion)
    off = ["--fusion", "off"] if fusion == "off" else []
    node = node_scores(folder, lists, "--device", device, "--precision", precision, *off)
    return max(np.abs(ours - theirs).max() for ours, theirs in zip(model.rank_lists(lists), node, strict=True))
