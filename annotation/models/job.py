from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.enums import JobState

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(models.Model):
    """Slow work whose truth is this row, not the broker's message.

    A worker claims the row, reports progress by it and ends it; a row whose worker went silent
    is claimed again (`annotation.services.jobs`).
    """

    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    steps_total = models.BigIntegerField(null=True)
    steps_done = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; 100 only when the job is done."""
        if self.state == JobState.DONE:
            return 100
        if not self.steps_total:
            return 0
        return min(99, self.steps_done * 100 // self.steps_total)
