"""What researchers' pages may cost: at most twelve queries, and 60 KB to load one first.

Pages are taken from the addresses themselves; one whose address has a part that nobody knows fails.
"""

import gzip
import re
from itertools import chain

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis import urls as analysis_urls
from annotation import urls as annotation_urls
from annotation.models import JudgmentImport
from annotation.services.entry_links import create_entry_link
from annotation.services.messaging import request_message
from annotation.services.notice_targets import add_webhook, set_own_mail
from annotation.services.noticing import tell
from exports import urls as exports_urls
from policies import urls as policies_urls
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge_everything,
    open_with_items,
    take_part,
)
from values import urls as values_urls

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
MOST_BYTES = 60_000
FILES = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')
# Files are no pages, and what belongs to a run, a dataset or a rule has tests of its own.
NO_PAGES = (
    *("tables/", "<int:", ".<slug:extension>", "runs/", "views/", "populations/"),
    "<slug:view>",
)


@pytest.fixture
def campaign(client):
    """A campaign with some of everything that its pages list."""
    campaign = open_with_items(8, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for age in ("young", "old"):
        judge_everything(take_part(campaign, age=age))
    JudgmentImport.objects.create(campaign=campaign, state="done")
    owner = campaign.owner
    create_entry_link(campaign, {"name": "Wave 1", "platform": "prolific"}, by=owner)
    request_message(campaign, "A pause", "Until Monday.", by=owner)
    set_own_mail(campaign, owner, ["stuck"])
    for number in range(3):
        add_webhook(campaign, f"https://example.org/{number}", ["stuck"], by=owner)
        tell(campaign, "stuck", f"{number}", {"stratum": "old", "hours": 24})
    client.force_login(owner)
    return campaign


def pages_of(campaign):
    """The address of each page about the campaign, and of the list of campaigns."""
    known = {
        "<slug:slug>": campaign.slug,
        "<path:external_id>": "q1",
        "<slug:step>": "strata",
        "<slug:pseudonym>": campaign.seats.first().annotator.pseudonym,
    }
    modules = (annotation_urls, analysis_urls, policies_urls, values_urls, exports_urls)
    for pattern in chain.from_iterable(module.urlpatterns for module in modules):
        route = str(pattern.pattern)
        if not route.startswith("research/") or any(part in route for part in NO_PAGES):
            continue
        for part, value in known.items():
            route = route.replace(part, value)
        assert "<" not in route, f"{route}: say what this part is"
        yield f"/{route}"


def shown(client, address):
    """The page where there is one, asked for a second time: what is kept is kept by then."""
    if client.get(address).status_code in (302, 405):
        return None, []
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == 200, address
    return page.content, asked.captured_queries


def test_no_page_asks_more_than_twelve_queries_or_weighs_more_than_60_kb(client, campaign):
    too_much, looked_at = {}, 0
    for address in pages_of(campaign):
        content, queries = shown(client, address)
        if content is None:
            continue
        looked_at += 1
        files = {finders.find(name) for name in FILES.findall(content.decode())}
        weight = sum(len(gzip.compress(part)) for part in (content, *map(read, files)))
        if len(queries) > MOST_QUERIES or weight > MOST_BYTES:
            too_much[address] = (len(queries), weight)
    assert too_much == {}
    assert looked_at >= 20


def read(path):
    with open(path, "rb") as file:
        return file.read()
