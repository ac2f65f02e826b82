"""Turns a request that is too large into a page that says so; asks strangers to sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class TooLargeMiddleware:
    """Answers 413 where Django would answer 400; the body is read before any view wants it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method == "POST":
                request.POST  # noqa: B018  reading it is what may raise
        except TOO_LARGE:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends strangers to sign in, and back to the page from which they sent a form.

    The address of a form often takes nothing but forms: to return there shows an empty page.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        came_from = urlsplit(request.headers.get("Referer", ""))
        if request.method == "POST" and came_from.netloc == request.get_host():
            path = came_from._replace(scheme="", netloc="").geturl()
            return redirect_to_login(path, settings.LOGIN_URL)
        return super().handle_no_permission(request, view_func)
