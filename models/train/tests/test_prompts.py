import numpy as np

from mvp_train.prompts import CHUNK_TOKENS, CLS, SEP, VIEW_TOKEN_IDS, chunks, prompt, text_ids


def test_a_prompt_has_views_query_and_passage():
    ids, segments = prompt(np.array([7, 8]), np.array([9, 9, 9]), 64)
    assert ids.tolist() == [CLS, *VIEW_TOKEN_IDS, 7, 8, SEP, 9, 9, 9, SEP]
    assert segments.tolist() == [0] * 8 + [1] * 4


def test_a_long_prompt_fills_its_length_and_half_of_it_with_the_query():
    ids, segments = prompt(np.full(100, 7), np.full(100, 9), 64)
    assert len(ids) == 64
    assert (ids == 7).sum() == 64 // 2 - 6
    assert segments.sum() == (ids == 9).sum() + 1


def test_a_window_is_cut_where_the_passage_repeats_the_query():
    passage = np.arange(1000, 1200)
    query = passage[150:156]
    first, _ = prompt(query, passage, 64)
    assert first[12:-1].tolist() == passage[: 64 - 13].tolist()
    windowed, _ = prompt(query, passage, 64, window=True)
    assert len(windowed) == 64
    assert set(query) < set(windowed[12:-1])


def test_a_text_alone_is_cut_to_the_limit():
    assert text_ids(np.arange(5)).tolist() == [CLS, 0, 1, 2, 3, 4, SEP]
    assert text_ids(np.arange(5), 4).tolist() == [CLS, 0, 1, SEP]


def test_chunks_hold_every_prompt_once_and_little_padding():
    lengths = np.random.default_rng(0).integers(10, 144, 500)
    prompts = [(np.zeros(n), np.zeros(n)) for n in lengths]
    parts = list(chunks(prompts))
    assert sorted(i for part in parts for i in part) == list(range(500))
    assert all(len(part) * lengths[part].max() <= CHUNK_TOKENS for part in parts)
    padded = sum(len(part) * lengths[part].max() for part in parts)
    assert padded < 1.15 * lengths.sum()
