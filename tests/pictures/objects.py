"""What a demo installation lacks for its pages to show something, made over REST."""

import json
from typing import Any

import requests

from tests.annotation.item_formats.samples import TABLES
from tests.e2e.installation import PASSWORD, Client, Installation
from tests.pictures.pages import CAMPAIGN

RULE = {
    "key": "no-slurs",
    "title": "No slurs",
    "text": "A preferred response has no slurs in it.",
    "kind": "restriction",
    "decided_by": "review",
    "tier": 1,
}

LONGEST_JOB = 300.0


def accepted(answer: Any) -> dict[str, Any]:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def make_objects(installation: Installation) -> dict[str, str]:
    """By name, what `$name` stands for in the addresses of pages."""
    researcher = installation.client("researcher@demo.test")
    snapshot, link = shared_snapshot(researcher)
    found = {
        "answered": answered_assignment(installation.client("annotator1@demo.test")),
        "item": first_judgment(researcher)["item_id"],
        "person": first_judgment(researcher)["annotator"],
        "given-file": given_file(installation, "researcher@demo.test"),
        "import": newest(researcher, "imports/"),
        "judgment-import": failed_import(researcher),
        "model-import": failed_model_import(researcher),
        "rule": accepted(installation.client("admin@demo.test").post("policies/rules/", json=RULE))[
            "id"
        ],
        "run": finished(researcher, "analysis/runs/", {"bootstraps": 50}, "analysis/runs/"),
        "audit": audit(researcher),
        "invitation": invitation(researcher),
        **organisation(researcher),
        "snapshot": snapshot,
        "newer": finished(researcher, "exports/", {"format": "csv"}),
        "link": link,
    }
    return {name: str(value) for name, value in found.items()}


def newest(client: Client, kind: str) -> int:
    listed = accepted(client.get(f"campaigns/{CAMPAIGN}/{kind}"))
    return int(listed["results"][0]["id"])


def finished(client: Client, kind: str, body: dict[str, Any], under: str = "") -> int:
    """The id of a job of the campaign that a worker has made."""
    address = f"campaigns/{CAMPAIGN}/{kind}"
    job = accepted(client.post(address, json=body))
    made = f"{address}{job['id']}/" if under else f"{kind}{job['id']}/"
    client.wait_for(made, seconds=LONGEST_JOB)
    return int(job["id"])


def organisation(researcher: Client) -> dict[str, str]:
    """An organisation with the campaign in it, and the token of an invitation into it."""
    body = {"slug": "everyday-lab", "name": "Everyday Lab"}
    slug = str(accepted(researcher.post("organisations/", json=body))["slug"])
    placed = {"organisation": slug, "members_read": True}
    accepted(researcher.put(f"campaigns/{CAMPAIGN}/organisation/", json=placed))
    offer = accepted(researcher.post(f"organisations/{slug}/invitations/", json={"most": 3}))
    token = str(offer["url"]).rstrip("/").rpartition("/")[2]
    return {"organisation": slug, "organisation-invitation": token}


def answered_assignment(annotator: Client) -> int:
    served = accepted(annotator.post(f"campaigns/{CAMPAIGN}/next/"))
    first = served["item"]["responses"][0]["id"]
    answers = {one["key"]: {"preferred": first, "strength": 1} for one in served["criteria"]}
    body = {"answers": answers, "reason": "It says what to do first, and why."}
    judged = accepted(annotator.post(f"assignments/{served['id']}/judgment/", json=body))
    return int(judged["assignment_id"])


def first_judgment(researcher: Client) -> dict[str, Any]:
    listed = accepted(researcher.get(f"campaigns/{CAMPAIGN}/judgments/?page_size=1"))
    found: dict[str, Any] = listed["results"][0]
    return found


def given_file(installation: Installation, email: str) -> int:
    """A table whose columns are to be named, given as the page's script does it."""
    sign_in = f"{installation.url}/accounts/sign-in/"
    with requests.Session() as session:
        session.get(sign_in, timeout=60)
        token = {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
        session.post(sign_in, {**token, "username": email, "password": PASSWORD}, timeout=60)
        answer = session.post(
            f"{installation.url}/research/{CAMPAIGN}/import/file/?name=pairs.csv",
            TABLES["pairs.csv"][0],
            headers={
                "X-CSRFToken": session.cookies["csrftoken"],
                "Content-Type": "application/octet-stream",
            },
            timeout=60,
        )
    return int(accepted(answer)["address"].strip("/").rpartition("/")[2])


def failed_import(researcher: Client) -> int:
    """An import whose page names the lines that are wrong."""
    lines = [{"item_id": "nowhere", "annotator_id": "p1", "answers": {}}]
    body = "\n".join(map(json.dumps, lines)).encode()
    address = (
        f"campaigns/{CAMPAIGN}/judgments/import/?purposes=research&basis=Example&name=old.jsonl"
    )
    job = accepted(researcher.post(address, data=body))
    researcher.wait_for(f"judgment-imports/{job['id']}/", "failed")
    return int(job["id"])


def failed_model_import(researcher: Client) -> int:
    """The same for answers of a model."""
    body = json.dumps({"item_id": "nowhere", "model": "model-one", "answers": {}}).encode()
    address = f"campaigns/{CAMPAIGN}/model-judgments/?name=answers.jsonl"
    job = accepted(researcher.post(address, data=body))
    researcher.wait_for(f"model-imports/{job['id']}/", "failed")
    return int(job["id"])


def invitation(researcher: Client) -> str:
    """The token of a link into the campaign's team."""
    address = f"campaigns/{CAMPAIGN}/invitations/"
    made = accepted(researcher.post(address, json={"role": "viewer", "most": 5}))
    return str(made["url"]).rstrip("/").rpartition("/")[2]


def audit(researcher: Client) -> int:
    job = accepted(researcher.post(f"campaigns/{CAMPAIGN}/audits/", json={"labels": "what-speaks"}))
    return int(job["id"])


def shared_snapshot(researcher: Client) -> tuple[int, str]:
    """A snapshot for research, and the token of a link to it."""
    snapshot = finished(researcher, "exports/", {"profile": "research", "text": "excluded"})
    link = accepted(researcher.post(f"exports/{snapshot}/links/", json={"hours": 24}))
    return snapshot, link["url"].rstrip("/").rpartition("/")[2]
