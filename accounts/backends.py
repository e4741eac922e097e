"""Who is signed in."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.standing import Given, StandingQuery

SIGNED_IN = StandingQuery("signed_in", lambda: User.objects.filter(pk=Given("user")))


class AccountBackend(ModelBackend):
    """Django's own backend, the query for the person behind a session compiled once."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, or None for one that is switched off or gone."""
        user = SIGNED_IN.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
