"""The researcher's dashboard of a campaign with a long past: requests, and the worker's count."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.models import Campaign, Summary
from annotation.services.jobs import run_job
from annotation.services.summarising import summarise
from bench.annotators import CSRF, Line, expect, session_of
from bench.figures import Latency, Rate
from bench.fixtures import STRATA, add_seats, analyze, open_campaign_of
from bench.history import add_judgments, judged_once
from bench.installation import Services, web_server
from bench.jobs import timed
from bench.load import Load, Recorder

CROWD = 60
# An item takes three judgments of each stratum; half of what there is room for is given.
JUDGMENTS_AN_ITEM = 9


@dataclass(frozen=True)
class Researcher:
    """Opens a page, or asks for a part of it as htmx does."""

    path: str
    session: str
    is_part: bool = False

    def look(self, line: Line) -> None:
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}"}
        if self.is_part:
            headers["HX-Request"] = "true"
        status, body = line.send("GET", self.path, None, headers)
        expect(status, 200, body)


def measure_dashboard(
    services: Services, judgments: int, rounds: int
) -> tuple[int, list[Latency], list[Rate]]:
    """How many judgments there are; the page and its part, one look at a time; the count."""
    campaign = open_campaign_of(max(1_000, judgments // JUDGMENTS_AN_ITEM), slug="dashboard")
    seats = add_seats(campaign, CROWD)
    for seat in seats[:STRATA]:
        judged_once(seat)
    done = add_judgments(campaign, seats, judgments)
    analyze()
    rate = Rate("counting by a worker", done, 0.0)
    with timed(services, rate):
        count(campaign)
    session = session_of(campaign.owner)
    pages = {
        "dashboard": Researcher(f"/research/{campaign.slug}/live/", session),
        "dashboard, figures alone": Researcher(f"/research/{campaign.slug}/live/", session, True),
        "campaign page": Researcher(f"/research/{campaign.slug}/", session),
    }
    with web_server(services.folder) as web:
        load = Load(services, web, 1)
        figures = [look_at(load, name, page, rounds) for name, page in pages.items()]
    return done, figures, [rate]


def count(campaign: Campaign) -> None:
    job = Summary.objects.create(campaign=campaign)
    run_job(Summary, job.pk, summarise)


def look_at(load: Load, name: str, page: Researcher, rounds: int) -> Latency:
    """Ten looks a round; the first round is not counted."""
    recorder = Recorder(name)
    looks: Sequence[Researcher] = [page] * 10
    for number in range(rounds + 1):
        done = load.run([one.look for one in looks])
        if number:
            recorder.rounds.append(done)
    return recorder.figure()
