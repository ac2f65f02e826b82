from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0009_checklist"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="rag_rules",
            field=models.JSONField(default=list),
        ),
    ]
