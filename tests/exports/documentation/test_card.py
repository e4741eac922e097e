"""What the dataset card says of an exemplary campaign, word for word where it counts."""

import pytest

from annotation.services.campaigns import change_campaign
from exports.profiles.choices import Choices, Recoding
from tests.exports.builders import CONSENT, pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.documentation.folders import card_of, part_of, tea_campaign
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

RESEARCH = Choices(profile="research", text="excluded", k=2, identifying=(Recoding("age"),))


def test_a_newcomer_reads_who_was_asked_and_against_whom():
    _front, body = card_of(snapshot_of(tea_campaign()))
    who = part_of(body, "Who judged")
    assert "7 people took a seat in the campaign; `annotators` tells of 7." in who
    assert (
        "| answer | people | of those with an answer | population |\n"
        "| --- | --- | --- | --- |\n"
        "| `young` Under 40 | 4 | 66.7% | 25.0% |\n"
        "| `old` 40 or older | 2 | 33.3% | 75.0% |\n"
        "| nothing released | 1 |  |  |\n"
    ) in who
    assert "### Whom they stand for\n\n> Adults of the town, census 2022.\n" in who
    assert "### What people got for it\n\n> 12 € an hour.\n" in who
    assert "](figure-demographics.svg)" in who


def test_it_tells_how_many_agreed_to_what():
    _front, body = card_of(snapshot_of(tea_campaign()))
    agreed = part_of(body, "What people agreed to")
    assert "### Consent text, version 1\n\n```text\nI take part.\n```" in agreed
    assert "Last word of 7 people." in agreed
    assert "- `research` (required): Research – agreed: 7\n" in agreed
    assert "- `demographics` (optional): Who I am – agreed: 6" in agreed


@pytest.mark.parametrize("on_withdrawal", ["erase", "keep_judgments"])
def test_it_tells_what_stays_of_whom(on_withdrawal: str):
    consent = {**CONSENT, "on_withdrawal": on_withdrawal}
    _front, body = card_of(snapshot_of(pairwise_campaign(consent=consent).campaign))
    nothing = "- Of people who have withdrawn by the time it was made there is nothing in it"
    agreed = part_of(body, "What people agreed to")
    if on_withdrawal == "erase":
        assert f"{nothing}.\n" in body
        assert "under a new pseudonym" not in agreed
    else:
        assert f"{nothing}, but for judgments that the consent they gave lets stay" in body
        assert "their judgments stay under a new pseudonym" in agreed


def test_it_tells_targets_against_what_was_reached():
    _front, body = card_of(snapshot_of(tea_campaign()))
    wanted = part_of(body, "Whose judgments were wanted, and whose came")
    assert (
        "| `young` | 5 | 5 | 10 | 10 | 0 | 0 | 100.0% |\n"
        "| `old` | 2 | 3 | 6 | 4 | 0 | 2 | 66.7% |\n"
    ) in wanted
    assert "- `young`: `age` is `young`\n- `old`: `age` is `old`" in wanted
    assert "| `young` | 2 | 0 | 0 |\n| `old` | 0 | 2 | 0 |\n" in wanted
    assert (
        "| `young` | 0 | 8 | 0 | 0 | 0 | 0 | 0 |\n"
        "| `old` | 0 | 4 | 0 | 0 | 0 | 0 | 2 |\n"
        "| (not named) | 0 | 2 | 0 | 0 | 0 | 0 | 0 |\n"
    ) in wanted


def test_it_tells_what_people_answered_and_how_steadily():
    _front, body = card_of(snapshot_of(tea_campaign()))
    answered = part_of(body, "What people answered")
    assert (
        "| criterion | stratum | pairs | clearly one | slightly one |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `overall` | everybody | 14 | 71.4% | 28.6% |\n"
        "| `overall` | young | 8 | 100.0% | 0.0% |\n"
        "| `overall` | old | 4 | 0.0% | 100.0% |\n"
        "| `overall` | (not named) | 2 | 100.0% | 0.0% |\n"
    ) in answered
    steady = part_of(body, "How steady the answers are")
    assert "half of the judgments took at most 2 s" in steady
    assert "No repeats were answered" in steady


def test_it_names_its_gaps_and_what_nobody_stated():
    _front, body = card_of(snapshot_of(tea_campaign()))
    gaps = part_of(body, "Known gaps")
    assert "- Short of target: `old` (66.7% reached).\n" in gaps
    assert "- 0 items without any judgment, of 2.\n" in gaps
    assert "- 2 places of the design that nobody fills (`never_served`)" in gaps
    assert "- People of whom no answer is released, by question: `age` 14.3%.\n" in gaps
    assert "- 2 judgments without `annotator_stratum`" in gaps
    assert gaps.endswith(
        "The researchers have not stated: ethical review, funding, what the data is meant for, "
        "what it must not be used for, how it is kept up, whom to ask."
    )
    assert part_of(body, "Uses and limits").startswith(
        "### What it is meant for\n\n*Not stated by the researchers.*"
    )


def test_small_groups_are_not_told_of_in_a_guarded_release():
    snapshot = snapshot_of(tea_campaign(), choices=RESEARCH)
    _front, body = card_of(snapshot)
    who = part_of(body, "Who judged")
    assert "“small” stands for fewer than 5 people" in who
    assert "the tables below count what is released" in who.lower()
    for few in ("| `young` Under 40 | 4 |", "| `old` 40 or older | 2 |"):
        assert few not in who
    assert "- `demographics` (optional): Who I am – agreed: more than 2" in body
    reached = part_of(body, "Whose judgments were wanted, and whose came")
    assert (
        "| `young` | – | 5 | 10 | – | – | – | – |\n"
        "| `old` | – | 3 | 6 | – | – | – | – |\n"
        "| (all) | 7 | 8 | 16 | 14 | 0 | 2 | 87.5% |\n"
    ) in reached
    gaps = part_of(body, "Known gaps")
    assert "- 14 of 16 judgments wanted are there (87.5%); which strata are short" in gaps
    assert "by question" not in gaps
    answered = part_of(body, "What people answered")
    assert "| `overall` | everybody | 14 | 71.4% | 28.6% |" in answered
    assert "| `overall` | old |" not in answered.replace("| `overall` | old | small", "")
    release = part_of(body, "What was chosen for this release")
    assert "- **Research**" in release
    assert "- Free text (reasons, notes) is left out.\n" in release
    assert "by at least 2 people (k-anonymity)" in release
    assert "- This card tells no number of people below 5.\n" in release


def test_it_cites_and_licenses_as_stated():
    front, body = card_of(snapshot_of(tea_campaign()))
    assert front["license"] == "cc-by-4.0"
    kept = part_of(body, "Versions, citation and contact")
    assert "Authors: Ada Doe, Institute, 0000-0002-1825-0097; The Tea Group\n" in kept
    assert "Dataset." in kept.splitlines()[-1]
    assert "Ada Doe, The Tea Group (20" in kept
    assert "Web: <https://example.org/tea>" in kept


@pytest.mark.parametrize(
    ("license", "lines"),
    [
        ("", {"license": "unknown"}),
        ("MIT", {"license": "mit"}),
        (
            "LicenseRef-Tea",
            {"license": "other", "license_name": "LicenseRef-Tea", "license_link": "LICENSE"},
        ),
    ],
)
def test_licenses_are_written_as_the_hub_reads_them(license: str, lines: dict):
    front, _body = card_of(snapshot_of(make_campaign(about={"license": license})))
    assert {key: front[key] for key in front if key.startswith("license")} == lines


def test_nothing_is_stated_of_a_bare_campaign():
    _front, body = card_of(snapshot_of(ranking_campaign().campaign))
    assert body.count("*Not stated by the researchers.*") == 13
    assert "Without a reference population nothing can be said about whom" in body
    assert "The researchers of the Variorum campaign ranks (20" in body
    assert "| `tone` | everybody | 3 | 66.7% | 33.3% |" in body
    assert "There is one stratum, of everybody." in body


def test_the_card_keeps_every_version_of_the_guideline():
    campaign = pairwise_campaign().campaign
    change_campaign(campaign, {"guideline": "Think twice."})
    _front, body = card_of(snapshot_of(campaign))
    assert body.index("### Guideline, version 1") < body.index("### Guideline, version 2")
    assert ")\n\n4 judgments made under it.\n\n````text\nSay what *you* think.\n```\ncode" in body
    assert ")\n\n0 judgments made under it.\n\n```text\nThink twice.\n```" in body


def test_several_campaigns_are_told_apart():
    first, second = tea_campaign(), ranking_campaign().campaign
    front, body = card_of(snapshot_of(first, campaigns=[second]))
    assert "# Tea & politeness, Ranks" in body
    assert "\n## Who judged in `tea`\n" in body
    assert "\n## Who judged in `ranks`\n" in body
    assert front["license"] == "unknown"  # one of them states none
    assert {"pairwise", "ranking"} <= set(front["tags"])
    assert front["multilinguality"] == ["multilingual"]


def test_whatever_people_write_the_front_matter_stays_yaml():
    title = "---\nlicense: mit\n\x85 <b>|*x*: 😀 \u2028 #"
    front, body = card_of(snapshot_of(make_campaign(title=title)))
    assert front["pretty_name"] == title
    assert front["license"] == "unknown"
    assert "\\<b\\>\\|\\*x\\*" in body
