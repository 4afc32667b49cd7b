"""Tiny random ModernBERTs, with a tokenizer laid out as the published ones': NFC, byte-level BPE, runs of spaces as tokens."""

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import ModernBertConfig, PreTrainedTokenizerFast

from making.cases import CORPUS
from making.fast_tokenizers import save_tokenizer

SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]


def tokenizer(folder, max_length, vocabulary=420):
    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train([str(CORPUS)], trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False))
    made.add_tokens([AddedToken("|||EMAIL_ADDRESS|||", normalized=True), AddedToken("    ", normalized=True), AddedToken("   ", normalized=True), AddedToken("  ", normalized=True)])
    made.add_special_tokens([AddedToken(token, special=True, normalized=False, lstrip=token == "[MASK]") for token in SPECIAL])
    ids = [(token, made.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ids)
    fast = PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=max_length, model_input_names=["input_ids", "attention_mask"],
                                   **{f"{name.strip('[]').lower()}_token": name for name in SPECIAL})  # fmt: skip
    save_tokenizer(folder, fast)
    return fast


def config(fast, max_length, **shape):
    """Four layers, of which 0 and 3 are global; local layers see two tokens to either side."""
    return ModernBertConfig(
        vocab_size=len(fast), hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=64, max_position_embeddings=max_length,
        local_attention=8, global_attn_every_n_layers=3, pad_token_id=fast.pad_token_id, cls_token_id=fast.cls_token_id, sep_token_id=fast.sep_token_id,
        bos_token_id=fast.cls_token_id, eos_token_id=fast.sep_token_id, attn_implementation="eager", reference_compile=False, **shape,
    )  # fmt: skip
