import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessEvent, OrganisationUnit, User
from accounts.permissions import manages_council


def test_the_first_officer_is_made_and_can_set_a_password(client, db, capsys):
    call_command(
        "open_council", "Exampleshire", "Ada@example.org", "Ada", site="https://plans.example/"
    )
    assert manages_council(User.objects.get(email="ada@example.org"))
    path = re.search(r"https://plans\.example(/\S+)", capsys.readouterr().out)[1]
    assert client.get(path).status_code == 302
    assert [event.by for event in AccessEvent.objects.all()] == [None, None, None]


@pytest.mark.parametrize(
    ("council", "email", "words"),
    [
        ("Exampleshire", "new@example.org", "already an organisation unit"),
        ("Another", "ada@example.org", "already has an account"),
        ("Another", "not an address", "Enter a valid email address"),
    ],
)
def test_what_is_taken_or_wrong_is_said_and_leaves_nothing(db, council, email, words):
    call_command("open_council", "Exampleshire", "ada@example.org", "Ada")
    with pytest.raises(CommandError, match=words):
        call_command("open_council", council, email, "Someone")
    assert (OrganisationUnit.objects.count(), User.objects.count()) == (1, 1)
