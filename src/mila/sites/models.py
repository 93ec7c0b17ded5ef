"""What the doors themselves keep: a sign of life of each worker."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the service (`clock`, `jobs`) last looked for work; where several run, any of them counts."""

    part = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()
