"""kill -9 of any process, or of all of them: what was acknowledged is there afterwards."""

import json
import os
import re
import signal
import threading

import pytest
import requests
from playwright.sync_api import expect

from tests.config.processes import eventually
from tests.e2e.installation import Client, running

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("survival")]


def lines(count: int, name: str, size: int = 10) -> bytes:
    return "\n".join(
        json.dumps(
            {
                "id": f"{name}{number}",
                "prompt": f"Question {number}",
                "responses": [
                    {"id": "x", "text": "one " * size},
                    {"id": "y", "text": "two " * size},
                ],
            }
        )
        for number in range(count)
    ).encode()


def judge_until_lost(client: Client, acknowledged: list[int], ready: threading.Event) -> None:
    """Judge on and on, noting what was acknowledged, until the server is gone."""
    while True:
        try:
            served = client.post("campaigns/survivors/next/")
            if served.status_code != 200:
                return
            path = f"assignments/{served.json()['id']}/judgment/"
            stored = client.post(path, json={"answers": {"overall": {"outcome": "tie"}}})
            if stored.status_code != 201:
                return
            acknowledged.append(stored.json()["judgment_id"])
        except (requests.RequestException, ValueError):
            return
        if len(acknowledged) >= 15:
            ready.set()


def stored_ids(client: Client) -> set[int]:
    page = client.get("campaigns/survivors/judgments/?page_size=1000").json()
    return {row["judgment_id"] for row in page["results"]}


def kill_worker(folder) -> None:
    """kill -9 of the Celery worker's main process, found by the log of the supervisor's data."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and is_worker_of(entry, str(folder)):
            os.kill(int(entry), signal.SIGKILL)


def is_worker_of(pid: str, folder: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().decode().replace("\0", " ")
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = file.read().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    return bool(re.search(r"celery.* worker", command)) and folder in environment


def test_nothing_acknowledged_is_missing_after_everything_was_killed(tmp_path):
    with running(tmp_path) as installation:
        admin = installation.client("admin@demo.test")
        campaign = {
            "slug": "survivors",
            "title": "Survivors",
            "task_type": "pairwise",
            "overlap": 2,
        }
        assert admin.post("campaigns/", json=campaign).status_code == 201
        sent = admin.post("campaigns/survivors/items/", data=lines(400, "q"))
        admin.wait_for(f"imports/{sent.json()['id']}/")
        assert admin.post("campaigns/survivors/open/").status_code == 200
        acknowledged: list[int] = []
        ready = threading.Event()
        threads = []
        for number in range(1, 4):
            client = installation.client(f"annotator{number}@demo.test")
            assert client.post("campaigns/survivors/join/", json={}).status_code == 201
            arguments = (client, acknowledged, ready)
            threads.append(threading.Thread(target=judge_until_lost, args=arguments))
        for thread in threads:
            thread.start()
        assert ready.wait(60)
        installation.kill_everything()
        for thread in threads:
            thread.join(timeout=60)
        assert len(acknowledged) >= 15
        installation.begin()
        admin = installation.client("admin@demo.test")
        assert set(acknowledged) <= stored_ids(admin)

        # The worker dies in the middle of an import; the job goes on by itself.
        sent = admin.post("campaigns/survivors/items/", data=lines(12_000, "late", size=60))
        path = f"imports/{sent.json()['id']}/"
        assert eventually(lambda: admin.get(path).json()["read"] > 0, 60)
        kill_worker(tmp_path)
        job = admin.wait_for(path, seconds=120)
        assert (job["read"], job["created"], job["unchanged"]) == (12_000, 12_000, 0)
        assert "worker" in installation.log()
        assert installation.stop() == 0


def test_an_answer_is_stored_once_where_the_server_died_before_it_said_so(tmp_path, page):
    with running(tmp_path) as installation:
        admin = installation.client("admin@demo.test")
        campaign = {"slug": "once", "title": "Once", "task_type": "pairwise", "overlap": 1}
        assert admin.post("campaigns/", json=campaign).status_code == 201
        sent = admin.post("campaigns/once/items/", data=lines(40, "q"))
        admin.wait_for(f"imports/{sent.json()['id']}/")
        assert admin.post("campaigns/once/open/").status_code == 200
        person = installation.client("annotator1@demo.test")
        assert person.post("campaigns/once/join/", json={}).status_code == 201
        page.goto(f"{installation.url}/accounts/sign-in/")
        page.get_by_label("E-mail").fill("annotator1@demo.test")
        page.get_by_label("Password").fill("demo")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=20_000)
        with page.expect_response(re.compile("/judge/ahead/")):
            page.goto(f"{installation.url}/campaigns/once/judge/")
        stored: list[int] = []

        def die_before_answering(route):
            if stored:
                return route.continue_()
            stored.append(route.fetch().status)
            installation.kill_everything()
            return route.abort("connectionreset")

        page.route(re.compile(r"/judge/\d+/$"), die_before_answering)
        answered = page.locator("#stage").get_attribute("data-assignment")
        page.get_by_role("radio", name="They are equally good").check()
        page.get_by_role("button", name="Submit and next").click()
        waiting = page.get_by_text("One answer waits to be sent.")
        expect(waiting).to_be_visible(timeout=20_000)
        # The next item is on the screen though nobody serves it.
        assert page.locator("#stage").get_attribute("data-assignment") != answered
        installation.begin(seconds=180)
        sent_at_last = page.get_by_text("Your answer is sent and stored.")
        expect(sent_at_last).to_be_visible(timeout=90_000)
        assert stored == [200]
        admin = installation.client("admin@demo.test")
        judgments = admin.get("campaigns/once/judgments/").json()["results"]
        assert [one["answers"] for one in judgments] == [{"overall": {"outcome": "tie"}}]
