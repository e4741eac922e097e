# ruff: noqa: T201 - an example speaks
"""One campaign from its creation to a downloaded dataset, over REST.

    python docs/examples/end_to_end.py --base http://127.0.0.1:8000

Needs `requests`, a running installation (`make demo`), and one account of each role.
"""

import argparse
import hashlib
import json
import time
import uuid
from pathlib import Path
from typing import Any

import requests

ENDED = ("done", "failed", "cancelled")
ITEMS = [
    {
        "id": f"greeting-{number}",
        "prompt": f"Write a one-line greeting for {whom}.",
        "language": "en",
        "responses": [
            {"id": "a", "text": f"Dear {whom}, welcome.", "model": "example-formal"},
            {"id": "b", "text": f"Hey {whom}!", "model": "example-casual"},
        ],
    }
    for number, whom in enumerate(("a new colleague", "a neighbour", "a judge"), start=1)
]


class Client:
    """One person's session: a token, and refusals as errors that say what was refused."""

    def __init__(self, base: str, email: str, password: str) -> None:
        self.api = f"{base.rstrip('/')}/api/v1"
        self.session = requests.Session()
        credentials = {"email": email, "password": password}
        token = self.call("POST", "/auth/token/", json=credentials).json()["token"]
        self.session.headers["Authorization"] = f"Token {token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.api + path
        response = self.session.request(method, url, timeout=30, **options)
        if not response.ok:
            raise SystemExit(f"{method} {path}: {response.status_code} {response.text}")
        return response

    def wait_for(self, path: str) -> dict[str, Any]:
        """Poll an import or a snapshot until its job has ended."""
        while True:
            job: dict[str, Any] = self.call("GET", path).json()
            if job["state"] in ENDED:
                break
            time.sleep(0.5)
        if job["state"] != "done":
            raise SystemExit(f"{path} is {job['state']}: {job['error']}")
        return job


def create_campaign(researcher: Client, slug: str) -> None:
    body = {
        "slug": slug,
        "title": "Greetings",
        "task_type": "pairwise",
        "overlap": 2,
        "guideline": "Say which greeting you would rather receive.",
        "consent": {
            "text": "My judgments are stored under a pseudonym and used for research.",
            "purposes": [{"key": "research", "label": "Research", "required": True}],
        },
    }
    # Sent again under the same key, it would be created once all the same.
    researcher.call("POST", "/campaigns/", json=body, headers={"Idempotency-Key": slug})
    # A change that holds only for the campaign as it was read.
    tag = researcher.call("GET", f"/campaigns/{slug}/").headers["ETag"]
    change = {"title": "Greetings, formal and not"}
    researcher.call("PATCH", f"/campaigns/{slug}/", json=change, headers={"If-Match": tag})
    lines = "".join(json.dumps(item) + "\n" for item in ITEMS)
    started = researcher.call(
        "POST", f"/campaigns/{slug}/items/", params={"name": "greetings.jsonl"}, data=lines.encode()
    ).json()
    done = researcher.wait_for(f"/imports/{started['id']}/")
    print(f"{slug}: {done['created']} items imported")
    researcher.call("POST", f"/campaigns/{slug}/open/")


def judge_everything(annotator: Client, slug: str) -> None:
    campaign = annotator.call("GET", f"/campaigns/{slug}/").json()
    consent = {"version": campaign["consent"]["version"], "purposes": ["research"]}
    seat = annotator.call("POST", f"/campaigns/{slug}/join/", json={"consent": consent}).json()
    print(f"Joined in stratum {seat['stratum']}")
    while True:
        served = annotator.call("POST", f"/campaigns/{slug}/next/")
        if served.status_code == 204:
            reason = served.headers["Variorum-Reason"]
            if reason in ("planning", "waiting"):
                time.sleep(int(served.headers["Retry-After"]))
                continue
            print(f"Nothing more: {reason}")
            return
        submit(annotator, served.json())


def submit(annotator: Client, assignment: dict[str, Any]) -> None:
    """Prefer whatever stands first: an example has no opinion."""
    first = assignment["item"]["responses"][0]["id"]
    answers = {one["key"]: {"preferred": first, "strength": 1} for one in assignment["criteria"]}
    receipt = annotator.call(
        "POST",
        f"/assignments/{assignment['id']}/judgment/",
        json={"answers": answers, "reason": "It stood first.", "active_ms": 4000},
        # A fresh key for each judgment; the same key again for each retry of it.
        headers={"Idempotency-Key": uuid.uuid4().hex},
    ).json()
    print(f"Judgment {receipt['judgment_id']} on {receipt['item_id']} is stored")


def download_dataset(researcher: Client, slug: str, folder: Path) -> None:
    coverage = researcher.call("GET", f"/campaigns/{slug}/coverage/").json()
    for stratum in coverage["strata"]:
        print(f"Coverage {stratum['stratum']}: {stratum['submitted']} of {stratum['target']}")
    asked = researcher.call("POST", f"/campaigns/{slug}/exports/", json={"format": "csv"}).json()
    snapshot = researcher.wait_for(f"/exports/{asked['id']}/")
    folder.mkdir(parents=True, exist_ok=True)
    for file in snapshot["files"]:
        content = researcher.call("GET", file["url"]).content
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise SystemExit(f"{file['name']} did not arrive whole")
        (folder / file["name"]).write_bytes(content)
    print(f"Snapshot {snapshot['id']}: {len(snapshot['files'])} files in {folder}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--researcher", default="researcher@demo.test")
    parser.add_argument("--annotator", default="annotator9@demo.test")
    parser.add_argument("--password", default="demo")
    parser.add_argument("--slug", default=f"greetings-{int(time.time())}")
    parser.add_argument("--out", type=Path, help="folder for the dataset (the slug)")
    options = parser.parse_args()
    researcher = Client(options.base, options.researcher, options.password)
    annotator = Client(options.base, options.annotator, options.password)
    create_campaign(researcher, options.slug)
    judge_everything(annotator, options.slug)
    download_dataset(researcher, options.slug, options.out or Path(options.slug))


if __name__ == "__main__":
    main()
