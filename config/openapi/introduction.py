"""What is said before the first route: what all of them have in common."""

INTRODUCTION = """\
Campaigns, assignments, judgments, and datasets in which every judgment is kept.

**Who asks.** `POST auth/token/` gives a token; send it as `Authorization: Token …`. What is not
yours to see looks like what does not exist: `404`.

**Refusals** are problem details (RFC 9457, `application/problem+json`): `code` is stable and
for programs, `detail` is for people, `errors` names fields. After a refusal nothing has
changed.

**Lists** are `{"next", "previous", "results"}`, page by page; follow `next` until it is null.

**Documents** have an `ETag`: `If-None-Match` gives `304` while nothing has changed, and
`If-Match` makes a change only to the document that you read (`412` otherwise).

**Sending again.** Under one `Idempotency-Key` what a request creates is created once, and each
repetition gets the first answer.

**Limits.** `RateLimit` says how many requests are left; `429` says in `Retry-After` how long to
wait.
"""
