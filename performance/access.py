"""Who may keep the council's RAG rules: everybody reads and tries them, officers change them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.permissions import manages_council
from performance.models import RagRule


def require_keeper(request: HttpRequest) -> None:
    """Refuse whoever is not a planning officer of the whole council."""
    if not manages_council(request.user):
        raise PermissionDenied


def get_rule_to_change(request: HttpRequest, pk: int) -> RagRule:
    require_keeper(request)
    return get_object_or_404(RagRule, pk=pk)
