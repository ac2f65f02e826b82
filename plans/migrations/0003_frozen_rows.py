from django.db import migrations

from plans.migrations._frozen_rows import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_section_measure")]

    operations = [migrations.RunPython(protect, unprotect)]
