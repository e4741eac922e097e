"""Charts and numbers of a report: equal for equal results, escaped, in the reader's own format."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import translation

from values.charts import charts_of
from values.templatetags.value_audits import decimal, difference, estimate, share, slices

SVG = "{http://www.w3.org/2000/svg}"


def estimate_of(share: float, low: float, high: float) -> dict[str, Any]:
    return {"share": share, "interval": [low, high]}


RESULTS = {
    "values": [{"key": "joy", "label": "Joy & <play>"}],
    "shares": [
        {
            "stratum": stratum,
            "people": people,
            "value": "joy",
            "told": {
                "chosen": estimate_of(0.5, 0.4, 0.6),
                "rejected": estimate_of(0.25, 0.2, 0.3),
                "difference": estimate_of(0.25, -0.1, 0.5),
            },
            "adjusted": {"chosen": None, "rejected": None, "difference": None},
        }
        for stratum, people in ((None, None), ("old", 9))
    ],
}


def discs(svg: str) -> list[tuple[float, str]]:
    return [
        (float(one.attrib["cx"]), one.attrib["fill"])
        for one in ElementTree.fromstring(svg).iter(f"{SVG}circle")  # noqa: S314 - our own
    ]


def test_marks_lie_where_the_numbers_are():
    charts = charts_of(RESULTS)
    assert charts == charts_of(RESULTS)
    # From 14 to 406 are 0 to 0.6, the furthest end; the whole corpus alone is drawn.
    chosen, rejected = discs(charts.shares)
    assert chosen == (pytest.approx(14 + 392 * 0.5 / 0.6, abs=0.1), "#2f6db5")
    assert rejected == (pytest.approx(14 + 392 * 0.25 / 0.6, abs=0.1), "none")
    # From -0.5 to 0.5.
    assert discs(charts.differences)[0][0] == pytest.approx(14 + 392 * 0.75, abs=0.1)
    assert "Joy &amp; &lt;play&gt;" in charts.shares


def test_nothing_to_tell_is_still_a_chart():
    nothing = {"values": RESULTS["values"], "shares": []}
    assert discs(charts_of(nothing).shares) == []


def test_numbers_as_a_report_has_them():
    assert estimate(estimate_of(0.5, 0.4, 0.61234)) == "50.0 % (40.0 % – 61.2 %)"
    assert difference(estimate_of(0.25, -0.1, 0.5)) == "+25.0 (−10.0 – +50.0)"
    assert difference({"share": -0.0001, "interval": None}) == "0.0"
    assert (estimate(None), difference(None), decimal(None), share(None)) == ("–",) * 4
    assert decimal(1.0) == "1.00"
    with translation.override("de"):
        assert (share(0.123), decimal(0.5)) == ("12,3 %", "0,50")


def test_rows_are_put_together_by_stratum():
    found = slices(RESULTS)
    assert [(one["stratum"], one["people"], len(one["rows"])) for one in found] == [
        (None, None, 1),
        ("old", 9, 1),
    ]
    assert found[0]["rows"][0]["label"] == "Joy & <play>"
