import pytest
from django.urls import reverse

from accounts.models import AccessEvent, Membership, OrganisationUnit, User
from tests.factories import make_member, make_membership, make_user

Role = Membership.Role

OPEN_TO_OFFICERS = [
    ("user_list", None),
    ("user_add", None),
    ("user_detail", "carer"),
    ("user_edit", "carer"),
    ("user_deactivate", "carer"),
    ("user_reactivate", "carer"),
    ("membership_add", "carer"),
    ("membership_end", "carer role"),
    ("organisation_unit_list", None),
    ("organisation_unit_add", "adults"),
    ("organisation_unit_rename", "adults"),
    ("organisation_unit_remove", "adults"),
]
TAKES_AN_ID = [(name, subject) for name, subject in OPEN_TO_OFFICERS if subject]
OTHER_PLACE = {"carer": "author", "carer role": "author role", "adults": "children"}
ONLY_TO_READ = {"user_list", "user_detail", "organisation_unit_list"}


def address(council, name, subject):
    if subject is None:
        return reverse(f"accounts:{name}")
    if subject.endswith(" role"):
        row = getattr(council, subject.removesuffix(" role")).memberships.get()
    else:
        row = getattr(council, subject)
    return reverse(f"accounts:{name}", args=[row.pk])


@pytest.mark.parametrize(("name", "subject"), OPEN_TO_OFFICERS)
def test_an_officer_opens_every_page_of_their_units(client, council, name, subject):
    client.force_login(council.adults_officer)
    assert client.get(address(council, name, subject)).status_code == 200


@pytest.mark.parametrize(("name", "subject"), [*OPEN_TO_OFFICERS, ("user_invite", "carer")])
def test_a_stranger_is_sent_to_sign_in(client, council, name, subject):
    url = address(council, name, subject)
    for response in (client.get(url), client.post(url)):
        assert (response.status_code, response.url) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/plans/7/review/?show=whole", "/plans/7/review/%3Fshow%3Dwhole"),
        ("http://elsewhere.example/plans/7/review/", "/plans/7/review/return/"),
        ("", "/plans/7/review/return/"),
    ],
)
def test_who_sends_a_form_signed_out_returns_to_the_page_it_stood_on(client, referer, back):
    response = client.post("/plans/7/review/return/", headers={"referer": referer})
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={back}")


@pytest.mark.parametrize(("name", "subject"), OPEN_TO_OFFICERS)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING_OFFICER])
def test_every_other_role_is_refused(client, council, name, subject, role):
    client.force_login(make_member("Someone Else", role, council.unit))
    assert client.get(address(council, name, subject)).status_code == 403


@pytest.mark.parametrize(("name", "subject"), [*TAKES_AN_ID, ("user_invite", "carer")])
def test_ids_of_another_directorate_are_not_found(client, council, name, subject):
    client.force_login(council.adults_officer)
    url = address(council, name, OTHER_PLACE[subject])
    responses = [client.post(url)] if name == "user_invite" else [client.get(url), client.post(url)]
    if name in ONLY_TO_READ:
        del responses[1]
    assert [response.status_code for response in responses] == [404] * len(responses)
    assert AccessEvent.objects.count() == 0


@pytest.mark.parametrize("name", ["user_edit", "user_deactivate", "user_reactivate", "user_invite"])
def test_an_account_that_reaches_further_is_seen_but_not_changed(client, council, name):
    make_membership(council.carer, Role.READER, council.unit)
    client.force_login(council.adults_officer)
    assert client.get(reverse("accounts:user_detail", args=[council.carer.pk])).status_code == 200
    response = client.post(reverse(f"accounts:{name}", args=[council.carer.pk]))
    assert response.status_code == 403


@pytest.mark.parametrize(("name", "subject"), OPEN_TO_OFFICERS)
def test_wrong_methods_are_refused(client, council, name, subject):
    client.force_login(council.officer)
    url = address(council, name, subject)
    assert client.put(url).status_code == 405
    if name in ONLY_TO_READ:
        assert client.post(url).status_code == 405


def test_an_invitation_is_only_posted(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:user_invite", args=[council.author.pk])
    assert client.get(url).status_code == 405


def test_a_council_officer_adds_a_person_who_gets_a_link(client, council, mailoutbox):
    client.force_login(council.officer)
    new = {
        "name": "New Person",
        "email": "New@example.org",
        "post": "Team leader",
        "role": Role.AUTHOR,
        "unit": council.homecare.pk,
    }
    response = client.post(reverse("accounts:user_add"), new, follow=True)
    user = User.objects.get(email="new@example.org")
    assert response.redirect_chain == [(user.get_absolute_url(), 302)]
    assert user.memberships.get().unit == council.homecare
    assert [message.to for message in mailoutbox] == [["new@example.org"]]
    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body


def test_a_role_outside_ones_units_cannot_be_given(client, council):
    client.force_login(council.adults_officer)
    url = reverse("accounts:membership_add", args=[council.carer.pk])
    response = client.post(url, {"role": Role.READER, "unit": council.unit.pk})
    assert response.context["form"].errors["unit"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert council.carer.memberships.count() == 1


def test_a_role_held_already_is_said_on_the_form(client, council):
    client.force_login(council.adults_officer)
    url = reverse("accounts:membership_add", args=[council.carer.pk])
    response = client.post(url, {"role": Role.AUTHOR, "unit": council.adults.pk})
    assert response.context["form"].non_field_errors() == [
        "Flo Carer already holds the role “Author” at Adults."
    ]


def test_a_role_is_given(client, council):
    client.force_login(council.adults_officer)
    url = reverse("accounts:membership_add", args=[council.carer.pk])
    response = client.post(url, {"role": Role.READER, "unit": council.homecare.pk})
    assert response.url == council.carer.get_absolute_url()
    assert council.carer.memberships.filter(role=Role.READER, unit=council.homecare).count() == 1


def test_a_role_is_ended_after_it_was_asked(client, council):
    membership = council.carer.memberships.get()
    client.force_login(council.adults_officer)
    url = reverse("accounts:membership_end", args=[membership.pk])
    assert "Adults and everything below it" in client.get(url).content.decode()
    assert membership == council.carer.memberships.active().get()
    assert client.post(url).url == council.carer.get_absolute_url()
    assert not council.carer.memberships.active().exists()
    assert client.post(url).status_code == 404


def test_the_last_officer_is_told_why_the_role_goes_on(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:membership_end", args=[council.officer.memberships.get().pk])
    response = client.post(url, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "This is the last planning officer of the whole council. Give someone else that role "
        "first, so that people can still be managed."
    ]
    assert council.officer.memberships.active().count() == 1


def test_an_officer_who_ends_their_own_role_lands_on_their_account(client, council):
    client.force_login(council.adults_officer)
    membership = council.adults_officer.memberships.get()
    response = client.post(reverse("accounts:membership_end", args=[membership.pk]), follow=True)
    assert response.redirect_chain == [(reverse("accounts:profile"), 302)]
    assert response.status_code == 200


def test_details_are_changed_and_an_address_of_someone_else_is_refused(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:user_edit", args=[council.author.pk])
    new = {"name": "Ben Writer", "post": "Head", "email": "ADA.example@example.org"}
    response = client.post(url, new)
    assert response.context["form"].errors == {
        "email": ["Someone with this address already has an account."]
    }
    assert client.post(url, {**new, "email": "ben@example.org"}).status_code == 302
    council.author.refresh_from_db()
    assert (council.author.name, council.author.email) == ("Ben Writer", "ben@example.org")


def test_a_deactivated_person_is_out_at_once_and_in_again(client, client_of, council):
    author = client_of(council.author)
    client.force_login(council.officer)
    client.post(reverse("accounts:user_deactivate", args=[council.author.pk]))
    assert author.get(reverse("accounts:profile")).status_code == 302
    client.post(reverse("accounts:user_reactivate", args=[council.author.pk]))
    assert client_of(council.author).get(reverse("accounts:profile")).status_code == 200


def test_an_invitation_that_fails_is_told_and_the_account_stays(client, council, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(council.officer)
    url = reverse("accounts:user_invite", args=[council.author.pk])
    response = client.post(url, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "The e-mail to ben.author@example.org could not be sent. Try again in a few minutes."
    ]


def test_organisation_units_are_added_renamed_and_removed(client, council):
    client.force_login(council.officer)
    client.post(
        reverse("accounts:organisation_unit_add", args=[council.unit.pk]), {"name": "Transport"}
    )
    unit = OrganisationUnit.objects.get(name="Transport")
    client.post(reverse("accounts:organisation_unit_rename", args=[unit.pk]), {"name": "Roads"})
    unit.refresh_from_db()
    assert (unit.name, unit.level, unit.parent) == ("Roads", "directorate", council.unit)
    client.post(reverse("accounts:organisation_unit_remove", args=[unit.pk]))
    assert not OrganisationUnit.objects.filter(pk=unit.pk).exists()


def test_a_name_that_is_taken_is_said_on_the_form(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:organisation_unit_rename", args=[council.adults.pk])
    response = client.post(url, {"name": "Children"})
    assert response.context["form"].non_field_errors() == [
        "There is already an organisation unit “Children” here."
    ]


def test_nothing_can_be_added_below_a_division(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:organisation_unit_add", args=[council.homecare.pk])
    assert client.get(url).status_code == 404


def test_a_unit_in_use_is_told_and_stays(client, council):
    client.force_login(council.officer)
    url = reverse("accounts:organisation_unit_remove", args=[council.adults.pk])
    response = client.post(url, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Adults cannot be removed: it has, or had, people, plans or other units."
    ]


def listed(response):
    return [person.name for person in response.context["page"]]


def test_the_list_shows_an_officer_their_own_people(client, council):
    client.force_login(council.officer)
    everybody = ["Ada Example", "Ben Author", "Flo Carer", "Gil Adults"]
    assert listed(client.get(reverse("accounts:user_list"))) == everybody
    client.force_login(council.adults_officer)
    assert listed(client.get(reverse("accounts:user_list"))) == ["Flo Carer", "Gil Adults"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "FLO"}, ["Flo Carer"]),
        ({"q": "ben.author@"}, ["Ben Author"]),
        ({"role": "author"}, ["Ben Author", "Flo Carer"]),
        ({"unit": "Adults"}, ["Flo Carer", "Gil Adults"]),
        ({"unit": "Adults", "role": "author"}, ["Flo Carer"]),
        ({"state": "deactivated"}, ["Old Hand"]),
        (
            {"state": "all", "q": "o"},
            ["Ada Example", "Ben Author", "Flo Carer", "Gil Adults", "Old Hand"],
        ),
        ({"role": "mayor"}, ["Ada Example", "Ben Author", "Flo Carer", "Gil Adults"]),
    ],
)
def test_the_list_is_filtered(client, council, query, names):
    make_user("Old Hand", is_active=False)
    if "unit" in query:
        query = {**query, "unit": council.adults.pk}
    client.force_login(council.officer)
    assert listed(client.get(reverse("accounts:user_list"), query)) == names


def test_an_empty_list_says_what_to_do(client, council):
    client.force_login(council.officer)
    response = client.get(reverse("accounts:user_list"), {"q": "nobody at all"})
    assert "Nobody fits these filters." in response.content.decode()


def test_the_list_goes_on_over_pages(client, council):
    for number in range(30):
        make_user(f"Person {number:02}")
    client.force_login(council.officer)
    response = client.get(reverse("accounts:user_list"), {"q": "person", "page": "2"})
    assert listed(response) == [f"Person {number}" for number in range(25, 30)]
    assert "?q=person&amp;page=1" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("user_list", 7), ("organisation_unit_list", 4), ("profile", 4)]
)
def test_lists_take_a_fixed_number_of_queries(
    client, council, django_assert_num_queries, name, queries, rows
):
    for number in range(rows):
        user = make_member(f"Person {number}", Role.READER, council.homecare)
        make_membership(user, Role.AUTHOR, council.looked_after)
        make_membership(
            council.officer,
            Role.AUTHOR,
            [council.adults, council.children, council.homecare][number],
        )
    client.force_login(council.officer)
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"accounts:{name}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_person_takes_a_fixed_number_of_queries(client, council, django_assert_num_queries, rows):
    client.force_login(council.officer)
    for unit in [council.unit, council.adults, council.homecare][:rows]:
        client.post(
            reverse("accounts:membership_add", args=[council.carer.pk]),
            {"role": Role.READER, "unit": unit.pk},
        )
    client.get(council.carer.get_absolute_url())
    with django_assert_num_queries(7):
        assert client.get(council.carer.get_absolute_url()).status_code == 200


def test_a_person_changes_their_own_name_post_and_e_mail_only(client, council):
    client.force_login(council.author)
    url = reverse("accounts:profile")
    wanted = {"name": "Ben Writer", "post": "Head", "comment_mail": "daily"}
    new = {**wanted, "email": "x@example.org", "is_superuser": "on"}
    assert client.post(url, new).url == url
    user = User.objects.get(pk=council.author.pk)
    assert (user.name, user.post, user.comment_mail) == ("Ben Writer", "Head", "daily")
    detail = user.access_events.first().detail
    assert detail.endswith("e-mail about comments: at_once → daily")
    assert (user.email, user.is_superuser) == ("ben.author@example.org", False)


def test_the_account_page_shows_ones_roles(client, council):
    client.force_login(council.author)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "<strong>Author</strong><br>Children" in page
    assert reverse("accounts:user_list") not in page


def test_a_stranger_has_no_account_page(client, db):
    assert client.get(reverse("accounts:profile")).status_code == 302
