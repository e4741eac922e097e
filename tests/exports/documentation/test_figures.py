"""Figures and the numbers beside them."""

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from exports.documentation.svg import MOST_ROWS, Bar, bar_chart
from exports.profiles.choices import Choices, Recoding
from exports.services.snapshots import request_again
from tests.exports.builders import made, snapshot_of
from tests.exports.documentation.folders import folder_of, tea_campaign

SVG = "{http://www.w3.org/2000/svg}"


def rows_in(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text().splitlines()))


@pytest.mark.django_db(transaction=True)
def test_numbers_stand_beside_the_figures(tmp_path):
    figures = folder_of(snapshot_of(tea_campaign()), tmp_path)
    assert sorted(path.name for path in figures.glob("figure-*")) == [
        *("figure-answers.csv", "figure-answers.svg", "figure-coverage.csv", "figure-coverage.svg"),
        *("figure-demographics.csv", "figure-demographics.svg"),
    ]
    assert rows_in(figures / "figure-coverage.csv")[1:] == [
        ["tea", "young", "5", "5", "10", "10", "0", "0", "1.0"],
        ["tea", "old", "2", "3", "6", "4", "0", "2", "0.6667"],
    ]
    assert rows_in(figures / "figure-demographics.csv") == [
        ["campaign", "question", "option", "people", "share", "population_share"],
        ["tea", "age", "young", "4", "0.6667", "0.25"],
        ["tea", "age", "old", "2", "0.3333", "0.75"],
        ["tea", "age", "", "1", "", ""],
    ]
    assert rows_in(figures / "figure-answers.csv")[1:3] == [
        ["tea", "overall", "", "clearly one", "10", "0.7143"],
        ["tea", "overall", "", "slightly one", "4", "0.2857"],
    ]


@pytest.mark.django_db(transaction=True)
def test_figures_are_pictures_with_words_and_no_scripts(tmp_path):
    figures = folder_of(snapshot_of(tea_campaign()), tmp_path)
    for path in figures.glob("figure-*.svg"):
        root = ET.fromstring(path.read_text())  # noqa: S314 - we wrote it
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text
        tags = {one.tag.removeprefix(SVG) for one in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "text", "path"}
        assert not any("style" in one.attrib for one in root.iter())


@pytest.mark.django_db(transaction=True)
def test_few_people_are_not_drawn_in_a_guarded_release(tmp_path):
    choices = Choices(profile="research", text="excluded", k=2, identifying=(Recoding("age"),))
    figures = folder_of(snapshot_of(tea_campaign(), choices=choices), tmp_path)
    people = {(row[1], row[2]): row[3] for row in rows_in(figures / "figure-demographics.csv")[1:]}
    assert set(people.values()) <= {"", "0"}
    assert {row[4] for row in rows_in(figures / "figure-demographics.csv")[1:]} == {""}
    # Whose stratum is which would follow from what each stratum reached.
    assert rows_in(figures / "figure-coverage.csv")[1:] == [
        ["tea", "young", "", "5", "10", "", "", "", ""],
        ["tea", "old", "", "3", "6", "", "", "", ""],
        ["tea", "(all)", "7", "8", "16", "14", "0", "2", "0.875"],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_the_same_moment_gives_the_same_documents(tmp_path, format):
    first = snapshot_of(tea_campaign(), format)
    again = made(request_again(first, format=format, requested_by=None))
    one, two = folder_of(first, tmp_path / "one"), folder_of(again, tmp_path / "two")
    names = sorted(str(path.relative_to(one)) for path in one.rglob("*") if path.is_file())
    assert {"README.md", "croissant.json", "CITATION.cff", "figure-answers.svg"} <= set(names)
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_whatever_stands_in_a_chart_stays_well_formed():
    label = "<b>&\"'\n" + "x" * 80
    chart = bar_chart(
        label, label, [("#000000", "a & b")], [Bar(label, "1 < 2", [(0.5, "#111111")])]
    )
    root = ET.fromstring(chart)  # noqa: S314 - we wrote it
    assert root.find(f"{SVG}title").text == label
    assert "x" * 80 not in [one.text for one in root.iter(f"{SVG}text")][2:]


def test_bars_never_leave_the_chart_and_long_lists_end():
    chart = bar_chart(
        "t", "d", [], [Bar("a", "", [(7.0, "#111111")], outline=-1.0, mark=2.0)] * 300
    )
    root = ET.fromstring(chart)  # noqa: S314 - we wrote it
    assert {one.attrib["width"] for one in root.iter(f"{SVG}rect")} == {"760", "400.0", "0.0"}
    last = [one.text for one in root.iter(f"{SVG}text")][-1]
    assert last == f"and {300 - MOST_ROWS} more: see the numbers beside this figure"
