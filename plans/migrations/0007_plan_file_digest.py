"""Size and SHA-256 of an edition's plan file, kept beside those of its PDF."""

import hashlib
from typing import Any

from django.db import migrations, models

from plans.migrations._frozen_rows import protect, unprotect


def fill(apps: Any, schema_editor: Any) -> None:
    """Reckon both for the editions that there are, one plan file in memory at a time."""
    editions = apps.get_model("plans", "Edition").objects
    for pk in list(editions.values_list("pk", flat=True)):
        content = editions.values_list("version__plan_file", flat=True).get(pk=pk).encode()
        digest = hashlib.sha256(content).hexdigest()
        editions.filter(pk=pk).update(plan_file_digest=digest, plan_file_bytes=len(content))


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_charts")]

    operations = [
        migrations.RunPython(unprotect, protect),
        migrations.AddField(
            "edition", "plan_file_digest", models.CharField(max_length=64, default=""), False
        ),
        migrations.AddField(
            "edition", "plan_file_bytes", models.PositiveIntegerField(default=0), False
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(protect, unprotect),
    ]
