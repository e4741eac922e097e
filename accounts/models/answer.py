from django.conf import settings
from django.db import models
from django.utils import timezone


class KeptAnswer(models.Model):
    """What a request under an `Idempotency-Key` was answered, for its repetitions.

    Only of requests that created something: a refusal changes nothing and is kept nowhere.
    `request_sha256` is of what was asked, so that one key is not taken for two requests.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
