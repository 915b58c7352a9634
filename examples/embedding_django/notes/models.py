"""The tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Note(models.Model):
    """A line of text that belongs to a user."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
