"""Planning and importing, each against the plainest statement that fills the same tables."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.services.users import token_of
from annotation.models import Campaign
from bench.figures import Rate, median
from bench.fixtures import STRATA, TARGET, add_items, analyze, new_campaign
from bench.installation import HOST, Services, children_of_supervisor, running, web_server
from bench.processes import cpu_ms, peak_rss_mb
from bench.shapes import columns_of, copy_table, newest_row
from config.environment import BASE_DIR

LONGEST_JOB = 1800.0
PLAIN_PLAN = {
    "stratum_id": "stratum.id",
    "item_id": "%(first)s + number",
    "target": str(TARGET),
    "order_offset": "number",
    "shuffle": "floor(random() * 4294967296) - 2147483648",
}


def in_own_process(services: Services, what: str, *arguments: str) -> Rate:
    """A job in a process of its own."""
    command = [sys.executable, "-m", "bench.worker", *arguments]
    before = cpu_ms(services.database_pid)
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=BASE_DIR)
    database = (cpu_ms(services.database_pid) - before) / 1000
    found = json.loads(done.stdout.splitlines()[-1])
    own = found["cpu_ms"] / 1000
    return Rate(what, found["rows"], found["seconds"], found["peak_rss_mb"], own, database)


def middle(rates: list[Rate]) -> Rate:
    """The rate with the median time; its peak is the highest of all."""
    wanted = median([rate.seconds for rate in rates])
    chosen = min(rates, key=lambda rate: abs(rate.seconds - wanted))
    chosen.peak_rss_mb = max(rate.peak_rss_mb for rate in rates)
    return chosen


@contextmanager
def timed(services: Services, rate: Rate) -> Iterator[None]:
    """Add the block's time and the database's CPU to a rate."""
    begun, before = time.perf_counter(), cpu_ms(services.database_pid)
    yield
    rate.seconds += time.perf_counter() - begun
    rate.database_cpu_s += (cpu_ms(services.database_pid) - before) / 1000


def measure_planning(services: Services, count: int, repeats: int) -> list[Rate]:
    """Cells a second of the planner at a quarter and at the whole, and of one plain INSERT."""
    planned: list[Rate] = []
    for size in (count // 4, count):
        rates = []
        for number in range(repeats):
            campaign = new_campaign(f"plan-{size}-{number}")
            add_items(campaign, size)
            analyze()
            what = f"planner, {size:,} items"
            rates.append(in_own_process(services, what, "plan", campaign.slug))
        planned.append(middle(rates))
    return [*planned, middle([plain_plan(services, campaign, count) for _ in range(repeats)])]


def plain_plan(services: Services, campaign: Campaign, count: int) -> Rate:
    """The same number of cells, made up; columns that say nothing here are copied from a cell."""
    first = campaign.items.order_by("pk").values_list("pk", flat=True)[0]
    names = {**newest_row("annotation_coverage"), "first": first, "count": count}
    columns = columns_of("annotation_coverage")
    values = [PLAIN_PLAN.get(column, f"%({column})s") for column in columns]
    copy_table("annotation_coverage")
    statement = (
        f"INSERT INTO bench.annotation_coverage ({', '.join(columns)}) "  # noqa: S608
        f"SELECT {', '.join(values)} FROM generate_series(0, %(count)s - 1) number "
        f"CROSS JOIN annotation_stratum stratum WHERE stratum.campaign_id = {campaign.pk}"
    )
    rate = Rate("plain INSERT … SELECT", count * STRATA, 0.0)
    with timed(services, rate), connection.cursor() as cursor:
        cursor.execute(statement, names)
    return rate


def write_items(path: Path, count: int) -> None:
    """An item file of about a kilobyte a line."""
    prompt, one, two = (
        "Some words of a prompt. " * 8,
        "It has a body. " * 20,
        "It has one too. " * 20,
    )
    with path.open("w") as file:
        for number in range(count):
            item = {
                "id": f"q{number}",
                "prompt": f"What about number {number}? {prompt}",
                "responses": [
                    {"id": "r1", "text": f"The first answer to {number}. {one}", "model": "m-7b"},
                    {"id": "r2", "text": f"The second answer to {number}. {two}", "model": "m-70b"},
                ],
                "language": "en",
                "metadata": {"source": "bench", "number": number},
            }
            file.write(json.dumps(item) + "\n")


def measure_import(services: Services, count: int) -> list[Rate]:
    """Items a second of the job at a tenth and at the whole, over REST, and of plain COPY."""
    folder = services.folder / "files"
    folder.mkdir(exist_ok=True)
    rates = []
    for size in (count // 10, count):
        path = folder / f"{size}.jsonl"
        write_items(path, size)
        campaign = new_campaign(f"import-{size}", strata=[], overlap=TARGET)
        what = f"import job, {size:,} items"
        rates.append(in_own_process(services, what, "import", campaign.slug, str(path)))
    rates += import_over_rest(services, path, count)
    rates += [copy_lines(services, path, count), copy_rows(services, campaign, count, folder)]
    return rates


def import_over_rest(services: Services, path: Path, count: int) -> list[Rate]:
    """Upload, wait for the worker: until the items are published and planned."""
    campaign = new_campaign(f"rest-{count}", strata=[], overlap=TARGET)
    with ExitStack() as stack:
        web = stack.enter_context(web_server(services.folder))
        command = children_of_supervisor(services.folder, web.port)[1].command
        worker = stack.enter_context(running(services.folder, command, "worker"))
        time.sleep(4)  # it takes a moment until the worker listens
        alone, whole = (
            Rate("REST upload alone", count, 0.0),
            Rate("REST upload and job", count, 0.0),
        )
        before = cpu_ms(web.pid) + cpu_ms(worker.pid)
        with timed(services, whole):
            with timed(services, alone):
                job = upload(web.port, campaign, path)
            alone.cpu_s = (cpu_ms(web.pid) + cpu_ms(worker.pid) - before) / 1000
            wait_for(web.port, campaign, job)
        whole.cpu_s = (cpu_ms(web.pid) + cpu_ms(worker.pid) - before) / 1000
        alone.peak_rss_mb, whole.peak_rss_mb = peak_rss_mb(web.pid), peak_rss_mb(worker.pid)
        return [alone, whole]


def call(port: int, campaign: Campaign, method: str, path: str, body: Any = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection(HOST, port, timeout=600)
    headers = {"Authorization": f"Token {token_of(campaign.owner)}"}
    connection.request(method, f"/api/v1/{path}", body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    if response.status >= 300:
        raise RuntimeError(f"{response.status}: {content[:500].decode()}")
    found: dict[str, Any] = json.loads(content)
    return found


def upload(port: int, campaign: Campaign, path: Path) -> int:
    with path.open("rb") as file:
        answer = call(port, campaign, "POST", f"campaigns/{campaign.slug}/items/", file)
    return int(answer["id"])


def wait_for(port: int, campaign: Campaign, job: int) -> None:
    deadline = time.monotonic() + LONGEST_JOB
    while (state := call(port, campaign, "GET", f"imports/{job}/")["state"]) != "done":
        if state in ("failed", "cancelled") or time.monotonic() > deadline:
            raise RuntimeError(f"The import over REST is {state}.")
        time.sleep(0.2)


def copy_lines(services: Services, path: Path, count: int) -> Rate:
    """The file's bytes into a table of one column, a line a row."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS bench; DROP TABLE IF EXISTS bench.line")
        cursor.execute("CREATE TABLE bench.line (line text)")
        rate = Rate("COPY of the file into one column", count, 0.0)
        with path.open("rb") as file, timed(services, rate):
            options = "(FORMAT csv, DELIMITER e'\\x02', QUOTE e'\\x01')"
            cursor.copy_expert(f"COPY bench.line FROM STDIN {options}", file)
        return rate


def copy_rows(services: Services, campaign: Campaign, count: int, folder: Path) -> Rate:
    """Finished items and responses into tables with the product's indexes and constraints."""
    rate = Rate("COPY into items and responses", count, 0.0)
    own = f"SELECT id FROM annotation_item WHERE campaign_id = {campaign.pk}"  # noqa: S608
    for table, column in (("annotation_item", "id"), ("annotation_response", "item_id")):
        path = folder / f"{table}.copy"
        copy_table(table)
        with connection.cursor() as cursor, path.open("w+b") as file:
            cursor.copy_expert(
                f"COPY (SELECT * FROM {table} WHERE {column} IN ({own}) ORDER BY id) TO STDOUT",  # noqa: S608
                file,
            )
            file.seek(0)
            with timed(services, rate):
                cursor.copy_expert(f"COPY bench.{table} FROM STDIN", file)
    return rate
