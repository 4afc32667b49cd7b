"""Plain text to token ids, from the tokenizer.json of a model folder.

No special tokens are added, and text that spells one is plain text, so that a passage can neither end a prompt nor
forge a view. The tokenizers library computes WordPiece. Sentencepiece itself computes Unigram: the T5 checkpoints were
trained with its treatment of spaces and ties.
"""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as spm
from tokenizers import Tokenizer

Encode = Callable[[str], list[int]]

# They have no UTF-8. U+FFFD counts for them, as in the browser.
SURROGATES = re.compile("[\ud800-\udfff]")


def read_tokenizer(path: Path) -> Encode:
    spec = json.loads(path.read_text(encoding="utf-8"))
    encode = unigram(spec) if spec["model"]["type"] == "Unigram" else word_piece(spec)
    return lambda text: encode(SURROGATES.sub("\ufffd", text))


def word_piece(spec: dict) -> Encode:
    plain = {**spec, "added_tokens": [], "post_processor": None, "truncation": None, "padding": None}
    tokenizer = Tokenizer.from_str(json.dumps(plain))
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def unigram(spec: dict) -> Encode:
    """The sentencepiece model that the file was made from, put together again."""
    model = spec["model"]
    special = {token["id"] for token in spec["added_tokens"]}
    kinds = spm.ModelProto.SentencePiece
    proto = spm.ModelProto()
    for id, (piece, score) in enumerate(model["vocab"]):
        kind = kinds.NORMAL
        if id == model["unk_id"]:
            kind = kinds.UNKNOWN
        elif id in special:
            kind = kinds.CONTROL
        elif model.get("byte_fallback") and re.fullmatch("<0x[0-9A-F]{2}>", piece):
            kind = kinds.BYTE
        proto.pieces.add(piece=piece, score=score, type=kind)
    proto.trainer_spec.model_type = spm.TrainerSpec.UNIGRAM
    proto.trainer_spec.unk_id = model["unk_id"]
    proto.trainer_spec.byte_fallback = bool(model.get("byte_fallback"))
    for name in ("bos", "eos", "pad"):
        setattr(proto.trainer_spec, f"{name}_id", -1)
    proto.normalizer_spec.precompiled_charsmap = chars_map(spec.get("normalizer"))
    proto.normalizer_spec.add_dummy_prefix = True
    proto.normalizer_spec.remove_extra_whitespaces = True
    proto.normalizer_spec.escape_whitespaces = True
    processor = SentencePieceProcessor()
    processor.LoadFromSerializedProto(proto.SerializeToString())
    return processor.EncodeAsIds


def chars_map(normalizer: dict | None) -> bytes:
    """The character map, which may be a step of a sequence; sentencepiece's own normalization does the other steps."""
    if normalizer is None:
        return b""
    if normalizer["type"] == "Sequence":
        return next((found for step in normalizer["normalizers"] if (found := chars_map(step))), b"")
    return base64.b64decode(normalizer.get("precompiled_charsmap") or "")
