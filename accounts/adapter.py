"""How allauth is bent to Planwright: planning officers make users, nobody signs up."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up, and outlives a mail server that does not answer."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: whoever is not known cannot make an account."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; one that cannot be sent is logged, since the page must not tell.

        The answer to "send me a link" has to be the same for every address.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("The message %s could not be sent.", template_prefix)
