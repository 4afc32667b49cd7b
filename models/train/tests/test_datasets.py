import lzma

import pytest

from mvp_train.datasets import passage_text, read_jsonl, read_qrels, read_set, write_jsonl


def test_rows_are_read_as_they_were_written(tmp_path):
    rows = [{"_id": "a", "text": "naïve 日本"}, {"_id": "b", "text": "line\nbreak"}]
    write_jsonl(tmp_path / "rows.jsonl", rows)
    assert read_jsonl(tmp_path / "rows.jsonl") == rows


def test_judgements_of_a_beir_folder_are_read_without_their_header(tmp_path):
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq 1\tp\t2\nq 1\tother\t0\n")
    assert list(read_qrels(tmp_path)) == [("q 1", "p", 2), ("q 1", "other", 0)]


def test_title_and_text_are_joined_by_one_space():
    assert passage_text("Tides", "Twice a day.") == "Tides Twice a day."
    assert passage_text("", "Twice a day.") == "Twice a day."


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, range(10)), (0, range(10)), (2, [0, 5]), (3, [0, 3, 6]), (99, range(10))]
)
def test_a_limited_set_is_spread_over_the_file(tmp_path, limit, expected):
    rows = [{"qid": i} for i in range(10)]
    path = tmp_path / "set.jsonl"
    write_jsonl(path, rows)
    compressed = tmp_path / "set.jsonl.xz"
    compressed.write_bytes(lzma.compress(path.read_bytes()))
    for name in (str(path), str(compressed)):
        assert [row["qid"] for row in read_set(name, limit)] == list(expected)
