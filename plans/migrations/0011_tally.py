from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0010_rag_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="tally",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
