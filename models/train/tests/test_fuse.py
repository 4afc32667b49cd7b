import json
import sys

import numpy as np
import pytest

from mvp_train import fuse
from mvp_train.fuse import KNOWN, SIGNALS, cross_validated, fit, loss_and_gradient, read_dump, standardized


def dump_of(sources, queries, passages=12):
    """Lines as the command line writes them: MVP's score tells the answer, late interaction tells a little."""
    random = np.random.default_rng(0)
    for source in sources:
        for query in range(queries):
            grades = np.zeros(passages, int)
            grades[random.integers(passages)] = 1
            noise = random.normal(size=(len(SIGNALS), passages))
            scores = noise + np.array([2.0, 0.0, 1.0, 0.0])[:, None] * grades
            signals = dict(zip(SIGNALS, scores.tolist(), strict=True))
            yield {"qid": f"{source}:{query}", "signals": signals, "grades": grades.tolist(), "judged": grades.tolist()}


@pytest.fixture
def dump(tmp_path):
    path = tmp_path / "held.dump"
    path.write_text("".join(json.dumps(line) + "\n" for line in dump_of(["techfaq", "docs"], 60)))
    return path


def test_z_scores_leave_unknown_values_at_the_mean():
    assert standardized([1, 3]).tolist() == [-1, 1]
    assert standardized([1, None, 3]).tolist() == [-1, 0, 1]
    assert standardized([2, 2, None]).tolist() == [0, 0, 0]
    assert standardized([None, None]).tolist() == [0, 0]


def test_the_gradient_is_that_of_the_loss(dump):
    rows = read_dump(dump)
    weights = np.array([0.7, 0.2, 0.4, 0.1])
    _, gradient = loss_and_gradient(weights, rows, KNOWN["given"])
    for i, step in enumerate(1e-5 * np.eye(4)):
        above, below = (loss_and_gradient(weights + sign * step, rows, KNOWN["given"])[0] for sign in (1, -1))
        assert gradient[i] == pytest.approx((above - below) / 2e-5, abs=1e-6)


def test_the_fit_weighs_what_tells_answers_and_gives_mvp_the_unit(dump):
    weights = fit(read_dump(dump), KNOWN["embed"])
    assert weights[0] == 1
    assert (weights >= 0).all()
    assert 0.25 < weights[2] < 0.75
    assert max(weights[1], weights[3]) < 0.15


def test_a_signal_that_a_mode_does_not_have_weighs_nothing(dump):
    assert fit(read_dump(dump), KNOWN["given"])[2] == 0


def test_cross_validation_measures_every_source(dump):
    found = cross_validated(read_dump(dump), KNOWN["embed"], list)
    assert set(found) == {"techfaq", "docs"}
    assert all(value > 0.6 for value in found.values())


def test_the_weights_are_written_into_a_manifest(dump, tmp_path, monkeypatch, capsys):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"name": "naïve", "fusion": {"mode": "off"}}', encoding="utf-8")
    arguments = ["--dump", str(dump), "--cheap-dump", str(dump), "--manifest", str(manifest), "--mode", "embed"]
    monkeypatch.setattr(sys, "argv", ["fuse", *arguments])
    fuse.main()
    written = json.loads(manifest.read_text(encoding="utf-8"))
    assert written["name"] == "naïve"
    assert written["fusion"]["mode"] == "embed"
    assert set(written["fusion"]["weights"]) == {"embed", "given", "cascade"}
    assert all(list(weights) == SIGNALS for weights in written["fusion"]["weights"].values())
    assert "| techfaq | 60 |" in capsys.readouterr().out
