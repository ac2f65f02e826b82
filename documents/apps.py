from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from documents.formats import allow_print_processes

        allow_print_processes(settings.PRINT_PROCESSES)
