"""Create the table of notes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the table."""

    initial = True
    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL),)
    operations = (
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "owner",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="notes", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
    )
