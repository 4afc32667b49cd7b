import json

import pytest

from reranking.inputs import Texts, build_index, parts_of, read_part


def test_a_run_is_cut_between_queries(tmp_path):
    run = tmp_path / "run.trec"
    rows = [(f"q{query}", f"d{rank}", rank) for query in range(7) for rank in (2, 1, 3)]
    run.write_text("\n" + "".join(f"{qid} Q0 {pid} {rank} {-rank} bm25\n" for qid, pid, rank in rows), encoding="utf-8")
    parts = list(parts_of(run, 3))
    assert [(part.number, part.queries) for part in parts] == [(0, 3), (1, 3), (2, 1)]
    assert [part.end for part in parts][:-1] == [part.start for part in parts][1:]
    read = [read_part(run, part, 2) for part in parts]
    assert [list(lists) for lists in read] == [["q0", "q1", "q2"], ["q3", "q4", "q5"], ["q6"]]
    assert read[0]["q0"] == [("d1", -1), ("d2", -2)]
    assert list(parts_of(run, 100))[0].queries == 7


def test_a_run_whose_queries_are_torn_apart_is_refused(tmp_path):
    run = tmp_path / "run.trec"
    run.write_text("a Q0 d 1 1 t\nb Q0 d 1 1 t\na Q0 e 2 1 t\n")
    with pytest.raises(ValueError, match="lines of query a are not together"):
        list(parts_of(run, 10))


def test_texts_are_found_by_their_id(tmp_path):
    corpus, index = tmp_path / "corpus.jsonl", tmp_path / "corpus.index"
    texts = {f"d{i}": f"текст {i} 日本" * i for i in range(50)}
    lines = "\n".join(json.dumps({"_id": id, "text": text}, ensure_ascii=False) for id, text in texts.items())
    corpus.write_text(lines, encoding="utf-8")
    build_index(corpus, index)
    found = Texts(corpus, index)
    assert all(found[id]["text"] == text for id, text in texts.items())
    with pytest.raises(KeyError, match="no text nothing"):
        found["nothing"]
