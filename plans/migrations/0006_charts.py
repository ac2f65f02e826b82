"""Which charts a section shows, and those that a format begins it with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_edition_files")]

    operations = [
        migrations.AddField("section", "charts", models.JSONField(default=list)),
        migrations.AddField("formatsection", "charts", models.JSONField(default=list)),
    ]
