"""The Celery application: carries ids of rows to be worked on, and stores nothing itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("planwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
