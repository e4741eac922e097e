"""Who may use which route: owner, admin, colleague, seated annotator, another one, nobody."""

import pytest

from accounts.enums import Role
from annotation.models import Assignment, ItemImport, Judgment, JudgmentImport, ModelJudgmentImport
from tests.factories import api, judge, make_annotator, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(3, owner=owner)
    annotator = make_annotator()
    seat = take_part(campaign, annotator)
    judge(serve(seat))
    return {
        "campaign": campaign,
        "assignment": serve(seat),
        "import": ItemImport.objects.get(),
        "judgment_import": JudgmentImport.objects.create(campaign=campaign, state="done"),
        "model_import": ModelJudgmentImport.objects.create(campaign=campaign, state="done"),
        "owner": api(owner),
        "admin": api(make_user(Role.ADMIN)),
        "colleague": api(make_user(Role.RESEARCHER)),
        "annotator": api(annotator.user),
        "outsider": api(make_annotator().user),
        "nobody": api(),
    }


MANAGERS = {"owner": 200, "admin": 200, "colleague": 404, "annotator": 404, "nobody": 401}
SEATED = {"owner": 403, "admin": 403, "colleague": 403, "nobody": 401}
ROUTES = [
    ("get", "campaigns/", {"owner": 200, "colleague": 200, "annotator": 200, "nobody": 401}),
    ("post", "campaigns/", {"owner": 400, "admin": 400, "annotator": 403, "nobody": 401}),
    ("get", "campaigns/{slug}/", {**MANAGERS, "annotator": 200, "outsider": 200}),
    ("patch", "campaigns/{slug}/", MANAGERS),
    ("post", "campaigns/{slug}/open/", MANAGERS),
    ("post", "campaigns/{slug}/pause/", MANAGERS),
    ("post", "campaigns/{slug}/close/", {**MANAGERS, "outsider": 404}),
    ("post", "campaigns/{slug}/copy/", {**MANAGERS, "owner": 400, "admin": 400, "outsider": 404}),
    ("post", "campaigns/{slug}/archive/", {**MANAGERS, "owner": 409, "admin": 409}),
    ("get", "campaigns/{slug}/readiness/", {**MANAGERS, "outsider": 404}),
    ("post", "campaigns/{slug}/restore/", {**MANAGERS, "outsider": 404}),
    ("get", "campaign-templates/", {"owner": 200, "admin": 200, "annotator": 403, "nobody": 401}),
    ("get", "question-sets/", {"owner": 200, "admin": 200, "annotator": 403, "nobody": 401}),
    ("get", "campaign-templates/ranking/", {"owner": 200, "annotator": 403, "nobody": 401}),
    ("post", "campaigns/{slug}/items/", {**MANAGERS, "owner": 202, "admin": 202}),
    ("get", "campaigns/{slug}/coverage/", MANAGERS),
    ("get", "campaigns/{slug}/judgments/", MANAGERS),
    ("get", "campaigns/{slug}/live/", MANAGERS),
    ("get", "campaigns/{slug}/annotators/", MANAGERS),
    ("get", "campaigns/{slug}/answers/?item=q1", MANAGERS),
    ("get", "imports/{import}/", MANAGERS),
    ("post", "imports/{import}/cancel/", {**MANAGERS, "owner": 409, "admin": 409}),
    ("post", "campaigns/{slug}/judgments/import/", {**MANAGERS, "owner": 202, "admin": 202}),
    ("get", "judgment-imports/{judgment_import}/", {**MANAGERS, "outsider": 404}),
    (
        "post",
        "judgment-imports/{judgment_import}/cancel/",
        {**MANAGERS, "owner": 409, "admin": 409, "outsider": 404},
    ),
    ("get", "campaigns/{slug}/model-judgments/", {**MANAGERS, "outsider": 404}),
    ("post", "campaigns/{slug}/model-judgments/", {**MANAGERS, "owner": 202, "admin": 202}),
    ("get", "model-imports/{model_import}/", {**MANAGERS, "outsider": 404}),
    (
        "post",
        "model-imports/{model_import}/cancel/",
        {**MANAGERS, "owner": 409, "admin": 409, "outsider": 404},
    ),
    ("post", "campaigns/{slug}/join/", {**SEATED, "annotator": 201, "outsider": 201}),
    ("post", "campaigns/{slug}/next/", {**SEATED, "annotator": 200, "outsider": 409}),
    ("post", "assignments/{assignment}/judgment/", {**SEATED, "annotator": 422, "outsider": 404}),
    ("post", "assignments/{assignment}/skip/", {**SEATED, "annotator": 200, "outsider": 404}),
    ("post", "campaigns/{slug}/ahead/", {**SEATED, "annotator": 200, "outsider": 409}),
    ("get", "campaigns/{slug}/reports/", MANAGERS),
    ("post", "assignments/{assignment}/revise/", {**SEATED, "annotator": 422, "outsider": 404}),
    ("post", "assignments/{assignment}/report/", {**SEATED, "annotator": 400, "outsider": 404}),
    ("post", "assignments/{assignment}/release/", {**SEATED, "annotator": 200, "outsider": 404}),
    ("post", "assignments/{assignment}/heartbeat/", {**SEATED, "annotator": 200, "outsider": 404}),
    ("put", "assignments/{assignment}/draft/", {**SEATED, "annotator": 200, "outsider": 404}),
    ("post", "users/", {"admin": 400, "owner": 403, "annotator": 403, "nobody": 401}),
]


@pytest.mark.parametrize(
    ("method", "route", "role", "status"),
    [
        (method, route, role, status)
        for method, route, by_role in ROUTES
        for role, status in by_role.items()
    ],
)
def test_each_role_gets_what_it_may_from_each_route(people, method, route, role, status):
    path = "/api/v1/" + route.format(
        slug=people["campaign"].slug,
        assignment=people["assignment"].pk,
        judgment_import=people["judgment_import"].pk,
        model_import=people["model_import"].pk,
        **{"import": people["import"].pk},
    )
    response = getattr(people[role], method)(path, {} if method != "get" else None, format="json")
    assert response.status_code == status, response.content
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status


def test_what_is_refused_changes_nothing(people):
    before = list(Assignment.objects.values()), list(Judgment.objects.values())
    path = f"/api/v1/assignments/{people['assignment'].pk}/"
    for role in ("owner", "outsider", "nobody"):
        people[role].post(path + "skip/", {}, format="json")
        people[role].post(path + "release/", {}, format="json")
        people[role].put(path + "draft/", {"x": 1}, format="json")
    assert (list(Assignment.objects.values()), list(Judgment.objects.values())) == before


def test_a_draft_is_hidden_from_annotators(people):
    from tests.factories import make_campaign

    draft = make_campaign()
    assert people["outsider"].get(f"/api/v1/campaigns/{draft.slug}/").status_code == 404
    assert people["outsider"].post(f"/api/v1/campaigns/{draft.slug}/join/").status_code == 404
