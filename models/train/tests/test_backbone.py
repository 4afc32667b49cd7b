from types import SimpleNamespace

import numpy as np

from mvp_train.backbone import linear_weight_of, sizes_of, state_of

QUERY = "encoder.layer.1.attention.self.query"


def tensor(name, value):
    return SimpleNamespace(name=name, value=value)


def graph():
    words = tensor("embeddings.word_embeddings.weight", np.zeros((9, 64)))
    positions = tensor("embeddings.position_embeddings.weight", np.zeros((7, 64)))
    inner = tensor("encoder.layer.0.intermediate.dense.bias", np.zeros(128))
    bias, renamed = tensor(QUERY + ".bias", np.zeros(64)), tensor("onnx::MatMul_7", np.arange(6).reshape(2, 3))
    initializer = [words, positions, inner, bias, renamed, tensor("embeddings.position_ids", np.arange(7))]
    node = SimpleNamespace(
        op_type="MatMul", name="/encoder/layer.1/attention/self/query/MatMul", input=["hidden", "onnx::MatMul_7"]
    )
    scores = SimpleNamespace(op_type="MatMul", name="/encoder/layer.1/attention/self/MatMul", input=["q", "k"])
    return SimpleNamespace(initializer=initializer, node=[node, scores])


def test_a_node_of_a_linear_layer_names_its_weight():
    assert linear_weight_of("/encoder/layer.0/output/dense/MatMul") == "encoder.layer.0.output.dense.weight"
    assert linear_weight_of("/embeddings/Add") is None


def test_renamed_weights_get_their_names_back_and_stand_as_out_by_in():
    state = state_of(graph(), lambda t: t.value)
    assert state[QUERY + ".weight"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert QUERY + ".bias" in state and "embeddings.position_ids" not in state
    assert "onnx::MatMul_7" not in state


def test_sizes_are_those_of_the_tensors():
    sizes = sizes_of(state_of(graph(), lambda t: t.value))
    assert sizes["vocab_size"] == 9 and sizes["hidden_size"] == 64 and sizes["num_attention_heads"] == 2
    assert sizes["num_hidden_layers"] == 2 and sizes["intermediate_size"] == 128
    assert sizes["max_position_embeddings"] == 7
