from django.db import migrations

from plans.migrations._frozen_rows import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
