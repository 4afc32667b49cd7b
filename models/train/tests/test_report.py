import csv
from xml.etree import ElementTree

import pytest

from mvp_train.report import chart, last, smooth, write_csv


def test_rows_with_different_fields_share_one_header(tmp_path):
    path = tmp_path / "rows.csv"
    write_csv(path, [{"step": 1, "loss": 2.5}, {"step": 2, "first6": 0.5}])
    assert list(csv.DictReader(path.open())) == [
        {"step": "1", "loss": "2.5", "first6": ""},
        {"step": "2", "loss": "", "first6": "0.5"},
    ]


def test_the_deepest_exit_counts_by_number():
    row = {"mvp4": 0.1, "mvp12": 0.3, "mvp6": 0.2, "first": 1, "embedder_first": 0.5}
    assert last(row, "mvp") == "mvp12"
    assert last(row, "first") is None


def test_smoothing_starts_at_the_first_value():
    assert smooth([1, 0, 0]) == pytest.approx([1, 0.8, 0.64])


def test_a_chart_has_a_line_a_curve_and_is_well_formed():
    svg = ElementTree.fromstring(chart("title", {"a": [(0, 0.1), (1000, 0.9)], "b": [(0, 0.2)]}))
    lines = svg.findall("{http://www.w3.org/2000/svg}polyline")
    assert [len(line.get("points").split()) for line in lines] == [2, 1]
