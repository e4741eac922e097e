import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.models import Annotator, ConsentDocument, User
from accounts.prepared import Prepared, prepared_names
from accounts.standing import Given, StandingInsert, StandingQuery
from annotation.models import Campaign, Seat
from tests.factories import make_annotator, make_user, open_with_items, take_part

pytestmark = pytest.mark.django_db

BY_EMAIL = StandingQuery(
    "by_email",
    lambda: Annotator.objects.select_related("user").filter(
        user__email=Given("email"), user__is_active=True
    ),
)


def annotator_with(email: str) -> Annotator:
    return Annotator.objects.get(user=make_user(email=email))


def test_a_standing_query_finds_what_the_queryset_finds_with_its_relations():
    wanted, _other = make_annotator(), make_annotator()
    found = BY_EMAIL.first(email=wanted.user.email)
    assert found == wanted
    with CaptureQueriesContext(connection) as queries:
        assert found.user.email == wanted.user.email
        assert found.created_at == wanted.created_at
    assert len(queries) == 0


def test_it_keeps_the_conditions_that_are_not_given():
    gone = make_annotator()
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    assert BY_EMAIL.first(email=gone.user.email) is None
    with pytest.raises(Annotator.DoesNotExist):
        BY_EMAIL.get(email=gone.user.email)


def test_it_asks_once_and_plans_nothing_anew():
    person = make_annotator()
    BY_EMAIL.first(email=person.user.email)
    with CaptureQueriesContext(connection) as queries:
        BY_EMAIL.first(email=person.user.email)
    assert [query["sql"].split(" (")[0].rsplit("_", 1)[0] for query in queries] == [
        "EXECUTE by_email"
    ]


def test_given_values_are_values_whatever_they_contain():
    person = annotator_with("o'neil%s;--@people.test")
    assert BY_EMAIL.first(email="o'neil%s;--@people.test") == person
    assert BY_EMAIL.first(email="' OR true --") is None


def test_conditions_that_are_written_out_may_contain_anything():
    user = make_user(email="100%%s-o'clock@people.test")
    odd = StandingQuery(
        "odd", lambda: User.objects.filter(email="100%%s-o'clock@people.test", pk=Given("id"))
    )
    assert odd.first(id=user.pk) == user


def test_columns_that_need_converting_are_converted():
    purposes = [{"key": "research", "label": "Research", "required": True}]
    document = ConsentDocument.objects.create(text="Yes?", purposes=purposes)
    by_id = StandingQuery("document", lambda: ConsentDocument.objects.filter(pk=Given("id")))
    found = by_id.get(id=document.pk)
    assert (found.purposes, found.series) == (purposes, document.series)


def test_a_relation_without_a_row_is_none():
    seat = take_part(open_with_items(1))
    Campaign.objects.filter(pk=seat.campaign_id).update(guideline=None)
    query = StandingQuery(
        "seat_guideline",
        lambda: Seat.objects.select_related("campaign__guideline").filter(pk=Given("seat")),
    )
    assert query.get(seat=seat.pk).campaign.guideline is None


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction():
    person = make_annotator()
    locked = StandingQuery(
        "locked", lambda: Annotator.objects.select_for_update().filter(pk=Given("id"))
    )
    with transaction.atomic():
        assert locked.get(id=person.pk) == person
    with pytest.raises(TransactionManagementError):
        locked.get(id=person.pk)


def test_an_inserted_object_is_stored_as_saving_would_store_it():
    purposes = [{"key": "research", "label": "Für %s", "required": True}]
    insert = StandingInsert(ConsentDocument)
    document = insert.insert(ConsentDocument(text="It's 100 %?", purposes=purposes, version=3))
    assert document.pk
    found = ConsentDocument.objects.get()
    saved = ("text", "purposes", "version", "series", "created_at")
    assert [getattr(found, name) for name in saved] == [getattr(document, name) for name in saved]
    document.text = "Changed."
    document.save()
    assert ConsentDocument.objects.get().text == "Changed."


@pytest.mark.django_db(transaction=True)
def test_another_connection_to_the_server_prepares_anew():
    person = make_annotator()
    BY_EMAIL.first(email=person.user.email)
    assert any(name.startswith("by_email_") for name in prepared_names())
    connection.close()
    assert BY_EMAIL.first(email=person.user.email) == person
    assert len(prepared_names()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_statements_usable():
    person = make_annotator()
    connection.close()
    with transaction.atomic():
        BY_EMAIL.first(email=person.user.email)
        transaction.set_rollback(True)
    assert BY_EMAIL.first(email=person.user.email) == person


def test_behind_a_transaction_pooler_statements_are_sent_as_they_are(settings):
    settings.PREPARED_STATEMENTS = False
    person = annotator_with("50%@people.test")
    with CaptureQueriesContext(connection) as queries:
        assert BY_EMAIL.first(email=person.user.email) == person
    assert queries[0]["sql"].startswith("SELECT ")


def test_a_value_may_stand_in_several_places():
    twice = Prepared("twice", "SELECT %(a)s::int + %(b)s::int + %(a)s::int, '%%'")
    assert twice.rows({"a": 2, "b": 10}) == [(14, "%")]
