"""Reference populations: tables that are read, and those that are not."""

from pathlib import Path

import pytest

from analysis.errors import Unfit
from analysis.services.populations import add_population, read_margins
from tests.analysis.builders import QUESTION, finished_run, judged_campaign
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db
CENSUS = """age_category,White_Male,Black_Male,White_Female,Black_Female,All,All_Male
18-24 years old,0.1,0.1,0.05,0.05,0.3,0.2
65+ years old,0.2,0.1,0.3,0.1,0.7,0.3
All Ages,0.3,0.2,0.35,0.15,1,0.5
"""
ASKED = [
    {
        "key": "years",
        "label": "How old are you?",
        "kind": "single",
        "options": [{"key": "a", "label": "18 to 24"}, {"key": "b", "label": "65 or older"}],
    },
    {
        "key": "sex",
        "label": "Are you",
        "kind": "single",
        "options": [
            {"key": "female", "label": "a woman"},
            {"key": "male", "label": "a man"},
            {"key": "x", "label": "neither"},
        ],
    },
]


def shares(population) -> dict:
    return {one["question"]: one["shares"] for one in population.margins}


def added(campaign, table: str):
    return add_population(
        campaign, name="US", source="census", content=table.encode(), added_by=None
    )


def test_a_census_is_matched_to_what_is_asked():
    population = added(make_campaign(questions=ASKED), CENSUS)
    found = shares(population)
    assert found["years"] == {"a": pytest.approx(0.3), "b": pytest.approx(0.7)}
    assert found["sex"] == {"male": pytest.approx(0.5), "female": pytest.approx(0.5)}
    assert set(found) == {"years", "sex"}


def test_the_census_at_hand_loads():
    path = Path(__file__).resolve().parents[4] / "shared" / "data" / "census"
    file = path / "us_census_aggregate.csv"
    if not file.exists():
        pytest.skip("the table lies beside the repository only where it was put")
    age, ethnicity, sex = read_margins(file.read_bytes())
    assert len(age) == len(ethnicity) == 6
    assert age["65+ years old"] == pytest.approx(0.2086, abs=1e-4)
    assert sex == {
        "Male": pytest.approx(0.4932, abs=1e-4),
        "Female": pytest.approx(0.5068, abs=1e-4),
    }
    assert sum(ethnicity.values()) == pytest.approx(1)


def test_counts_by_question_and_option_are_read():
    campaign = make_campaign(questions=[QUESTION])
    table = "question,option,count\nage,young,30\nage,40 or older,70\nincome,low,1\n"
    assert shares(added(campaign, table)) == {"age": {"young": 0.3, "old": 0.7}}
    again = added(campaign, table.replace("30", "70"))
    assert campaign.populations.get().pk == again.pk
    assert shares(again) == {"age": {"young": 0.5, "old": 0.5}}


@pytest.mark.parametrize(
    "table",
    [
        "",
        "question,option,share\n",
        "question,option\nage,young\n",
        "question,option,share\nage,young,many\n",
        "question,option,share\nage,young,-1\n",
        "question,option,share\nage,young,nan\n",
        "question,option,share\nage,young,0\n",
        "question,option,share\nage,young\n",
        "question,option,share\nage,nobody asks this,1\n",
        "age,Male,White_Male\nyoung,1,1\n",
    ],
)
def test_other_tables_are_refused(table: str):
    campaign = make_campaign(questions=[QUESTION])
    with pytest.raises(Unfit) as refused:
        added(campaign, table)
    assert set(refused.value.fields) == {"file"}
    assert not campaign.populations.exists()


def test_people_stand_beside_the_population():
    campaign, _seats = judged_campaign({"young": 6, "old": 6}, items=1)
    population = added(campaign, "question,option,share\nage,young,0.25\nage,old,0.75\n")
    run = finished_run(campaign, population=population)
    people = run.result["representation"]["overall"][0]
    told = {row["group"]["option"]: row for row in people["rows"]}
    assert (told["young"]["estimate"], told["young"]["n"]) == (0.5, 12)
    assert (told["young"]["population"], told["young"]["gap"]) == (0.25, 0.25)
    assert (told["old"]["population"], told["old"]["gap"]) == (0.75, -0.25)
    tables = {one["key"]: one for one in run.result["representation"]["overall"]}
    numbers = {row["group"]["quantity"]: row["estimate"] for row in tables["weighting"]["rows"]}
    # Weights ½ and 1½: (Σw)²/Σw² = 144 / (6 · ¼ + 6 · 2¼).
    assert numbers == {"people": 12, "effective": pytest.approx(9.6), "largest": 1.5}
    weighted = {row["group"]["answer"]: row for row in tables["weighted"]["rows"]}
    # Four of the six young say clear, one slight; all of the old slight.
    assert weighted["clear"]["estimate"] == pytest.approx(0.25 * 4 / 6)
    assert weighted["clear"]["unweighted"] == pytest.approx(4 / 12)
    assert weighted["slight"]["estimate"] == pytest.approx(0.25 / 6 + 0.75)


def test_who_did_not_agree_is_not_told_of():
    purposes = [
        {"key": "research", "label": "Research", "required": True},
        {"key": "demographics", "label": "Who I am", "required": False},
    ]
    campaign, _seats = judged_campaign(
        {"young": 6, "old": 6}, items=1, consent={"text": "Yes?", "purposes": purposes}
    )
    run = finished_run(campaign)
    assert all(row["withheld"] for row in run.result["representation"]["overall"][0]["rows"])
