import re

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.factories import make_user

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple correct horse"


@pytest.fixture(autouse=True)
def _no_rate_limits_left_over(db):
    cache.clear()


@pytest.fixture
def ada(db):
    return make_user("Ada Example", password=PASSWORD)


def sign_in(client, password=PASSWORD, email="ada.example@example.org"):
    form = {"login": email, "password": password, "next": reverse("accounts:profile")}
    return client.post(reverse("account_login"), form)


def link_in(message):
    return re.search(r"https?://testserver(/\S+)", message.body)[1]


def choose_password(client, link, password=NEW_PASSWORD):
    """Follow a link from an e-mail and choose a password there."""
    form_url = client.get(link).url
    return client.post(form_url, {"password1": password, "password2": password}, follow=True)


def test_a_person_signs_in_with_their_address_in_any_case(client, ada):
    response = sign_in(client, email="ADA.Example@example.org")
    assert (response.status_code, response.url) == (302, reverse("accounts:profile"))
    assert client.get(reverse("accounts:profile")).context["user"] == ada


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada.example@example.org", "wrong"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_address_and_a_wrong_password_are_answered_alike(client, ada, email, password):
    response = sign_in(client, password=password, email=email)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "The email address and/or password you specified are not correct."
    ]


def test_a_deactivated_person_is_told_so(client, ada):
    User.objects.update(is_active=False)
    response = client.post(
        reverse("account_login"), {"login": ada.email, "password": PASSWORD}, follow=True
    )
    assert response.redirect_chain == [(reverse("account_inactive"), 302)]
    assert "This account is deactivated" in response.content.decode()


def test_many_wrong_passwords_are_stopped(client, ada):
    for _ in range(5):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert response.context["form"].non_field_errors() == [
        "Too many failed login attempts. Try again later."
    ]
    assert "_auth_user_id" not in client.session


def test_signing_in_does_not_lead_to_another_site(client, ada, settings):
    settings.LOGIN_REDIRECT_URL = "accounts:profile"
    form = {"login": ada.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(reverse("account_login"), form).url == reverse("accounts:profile")


def test_signing_out_asks_first(client, ada):
    client.force_login(ada)
    assert "Do you want to sign out?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_anew_by_e_mail(client, ada, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": ada.email})
    assert response.url == reverse("account_reset_password_done")
    assert "on its way" in client.get(response.url).content.decode()
    assert mailoutbox[0].subject == "Set a new password for Planwright"
    response = choose_password(client, link_in(mailoutbox[0]))
    assert response.redirect_chain[-1] == (reverse("account_reset_password_from_key_done"), 302)
    assert sign_in(client, password=NEW_PASSWORD).status_code == 302


def test_a_link_works_once(client, ada, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": ada.email})
    link = link_in(mailoutbox[0])
    choose_password(client, link)
    response = client.get(link)
    assert "This link no longer works" in response.content.decode()


def test_a_link_that_was_cut_short_is_said_to_be_one(client, ada):
    url = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc"})
    assert "This link no longer works" in client.get(url).content.decode()


def test_an_unknown_address_is_answered_like_a_known_one(client, ada, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert mailoutbox == []


def test_a_mail_server_that_does_not_answer_changes_nothing_in_the_answer(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = client.post(reverse("account_reset_password"), {"email": ada.email})
    assert response.url == reverse("account_reset_password_done")


def test_an_invited_person_sets_their_first_password(client, council, mailoutbox):
    client.force_login(council.officer)
    client.post(reverse("accounts:user_invite", args=[council.author.pk]))
    client.logout()
    choose_password(client, link_in(mailoutbox[0]))
    assert sign_in(client, password=NEW_PASSWORD, email=council.author.email).status_code == 302


def test_a_new_password_ends_every_other_session(client, client_of, ada):
    elsewhere = client_of(ada)
    client.force_login(ada)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert response.url == reverse("accounts:profile")
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_whoever_has_no_password_gets_one_by_e_mail(client, council):
    client.force_login(council.author)
    response = client.get(reverse("account_change_password"), follow=True)
    assert response.redirect_chain[-1] == (reverse("account_reset_password"), 302)
    assert response.status_code == 200


def test_a_weak_password_is_refused_at_its_field(client, ada):
    client.force_login(ada)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "password", "password2": "password"},
    )
    assert list(response.context["form"].errors) == ["password1"]
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_confirm_email"])
def test_what_is_not_offered_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nobody_signs_up(client, db):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"email": "a@example.org"}).status_code == 404
    assert User.objects.count() == 0
