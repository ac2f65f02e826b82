"""Give the council the scheme that most councils use: five levels of each, scored by product."""

from django.db import migrations

LIKELIHOOD = ["Very unlikely", "Unlikely", "Possible", "Likely", "Very likely"]
IMPACT = ["Minor", "Moderate", "Significant", "Serious", "Major"]
BANDS = [("Low", 1, 6), ("Medium", 8, 15), ("High", 16, 25)]


def add_scheme(apps, schema_editor):
    definition = {
        "likelihood": [{"level": n, "word": word} for n, word in enumerate(LIKELIHOOD, 1)],
        "impact": [{"level": n, "word": word} for n, word in enumerate(IMPACT, 1)],
        "bands": [{"word": w, "from": a, "to": b, "cells": []} for w, a, b in BANDS],
        "tolerance": 15,
    }
    apps.get_model("risks", "RiskScheme").objects.get_or_create(
        key="5x5", defaults={"name": "Five by five", "definition": definition}
    )


class Migration(migrations.Migration):
    dependencies = [("risks", "0001_initial")]
    operations = [migrations.RunPython(add_scheme, migrations.RunPython.noop)]
