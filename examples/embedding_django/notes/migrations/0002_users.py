"""Add the two users of the example."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import migrations
from mysite.secrets import secret


def add(apps: Any, schema_editor: Any) -> None:
    """Create both users, with all rights in the admin."""
    user = apps.get_model("auth", "User")
    password = secret("NOTES_PASSWORD", debug=settings.DEBUG)
    for name in ("ada", "bob"):
        user.objects.create(username=name, password=make_password(password), is_staff=True, is_superuser=True)


class Migration(migrations.Migration):
    """Adds the users."""

    dependencies = (("notes", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length"))
    operations = (migrations.RunPython(add, migrations.RunPython.noop),)
