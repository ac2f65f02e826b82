import pytest
from django.urls import reverse

from accounts.models import AccessEvent, Membership
from tests.factories import NOW, make_user

MODELS = ["user", "organisationunit", "membership", "accessevent"]


@pytest.fixture
def root(db):
    return make_user("Root", is_superuser=True, is_staff=True)


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_looks_and_changes_nothing(client, council, root, model):
    AccessEvent.objects.create(action=AccessEvent.Action.USER_CREATED, at=NOW, user=root)
    client.force_login(root)
    rows = reverse(f"admin:accounts_{model}_changelist")
    assert client.get(rows).status_code == 200
    assert client.get(reverse(f"admin:accounts_{model}_add")).status_code == 403
    pk = {"accessevent": AccessEvent, "membership": Membership}.get(model, type(root))
    row = pk.objects.first().pk if model != "organisationunit" else council.unit.pk
    assert client.get(reverse(f"admin:accounts_{model}_change", args=[row])).status_code == 200
    assert client.post(reverse(f"admin:accounts_{model}_change", args=[row])).status_code == 403
    assert client.post(reverse(f"admin:accounts_{model}_delete", args=[row])).status_code == 403


def test_a_planning_officer_does_not_get_into_the_admin(client, council):
    client.force_login(council.officer)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 302


def test_the_admin_never_shows_a_password(client, root):
    client.force_login(root)
    page = client.get(reverse("admin:accounts_user_change", args=[root.pk])).content.decode()
    assert root.password not in page
