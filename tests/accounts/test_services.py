from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from accounts import services
from accounts.models import AccessEvent, Membership, OrganisationUnit, User
from accounts.permissions import units_with_role
from tests.factories import NOW, make_member, make_membership, make_user

Role = Membership.Role
Action = AccessEvent.Action


def last_event():
    event = AccessEvent.objects.first()
    return event.action, event.by, event.user, event.unit, event.detail


def test_add_person_makes_an_account_with_its_role(council):
    user = services.add_person(
        email="New.Person@Example.org",
        name="New Person",
        post="Team leader",
        role=Role.AUTHOR,
        unit=council.homecare,
        by=council.officer,
        at=NOW,
    )
    assert (user.email, user.name, user.post) == (
        "new.person@example.org",
        "New Person",
        "Team leader",
    )
    assert not user.has_usable_password()
    assert units_with_role(user, Role.AUTHOR) == {council.homecare.pk}
    actions = AccessEvent.objects.filter(user=user).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [Action.USER_CREATED, Action.ROLE_GIVEN]


def test_an_address_is_taken_in_any_case(council):
    with pytest.raises(services.EmailTaken):
        services.create_user(email="ADA.EXAMPLE@example.org", name="Other", by=None, at=NOW)
    assert AccessEvent.objects.count() == 0


def test_add_person_makes_nothing_when_the_role_is_unknown(council):
    with pytest.raises(ValueError, match="mayor"):
        services.add_person(
            email="a@example.org",
            name="A",
            post="",
            role="mayor",
            unit=council.unit,
            by=council.officer,
            at=NOW,
        )
    assert not User.objects.filter(email="a@example.org").exists()


def test_change_user_writes_what_became_of_what(council):
    services.change_user(council.author, name="Ben Writer", post="Head", by=council.officer, at=NOW)
    council.author.refresh_from_db()
    assert (council.author.name, council.author.post) == ("Ben Writer", "Head")
    detail = "name: Ben Author → Ben Writer; post: none → Head"
    assert last_event() == (Action.USER_CHANGED, council.officer, council.author, None, detail)


def test_change_user_without_a_change_writes_nothing(council):
    services.change_user(council.author, name="Ben Author", post="", by=council.officer, at=NOW)
    assert AccessEvent.objects.count() == 0


def test_an_old_address_stops_working(council):
    EmailAddress.objects.create(user=council.author, email=council.author.email, primary=True)
    services.change_user(
        council.author, name="Ben", post="", email="Ben@example.org", by=council.officer, at=NOW
    )
    assert User.objects.get(pk=council.author.pk).email == "ben@example.org"
    assert EmailAddress.objects.count() == 0


def test_change_user_refuses_an_address_of_someone_else(council):
    with pytest.raises(services.EmailTaken):
        services.change_user(
            council.author,
            name="Ben",
            post="",
            email=council.officer.email,
            by=council.officer,
            at=NOW,
        )
    assert User.objects.get(pk=council.author.pk).name == "Ben Author"


def test_a_role_is_held_once(council):
    with pytest.raises(services.RoleHeldAlready, match="“Author” at Children"):
        services.give_role(
            council.author, Role.AUTHOR, council.children, by=council.officer, at=NOW
        )
    assert council.author.memberships.count() == 1


def test_a_role_can_be_given_again_after_it_ended(council):
    services.end_role(council.author.memberships.get(), by=council.officer, at=NOW)
    services.give_role(council.author, Role.AUTHOR, council.children, by=council.officer, at=NOW)
    assert council.author.memberships.count() == 2
    assert council.author.memberships.active().count() == 1


def test_end_role_ends_it_once(council):
    membership = council.author.memberships.get()
    services.end_role(membership, by=council.officer, at=NOW)
    services.end_role(membership, by=council.officer, at=NOW)
    assert units_with_role(council.author, Role.AUTHOR) == set()
    assert Membership.objects.get(pk=membership.pk).ended_at == NOW
    expected = (Action.ROLE_ENDED, council.officer, council.author, council.children)
    assert last_event() == (*expected, "Author, Children")
    assert AccessEvent.objects.count() == 1


def test_the_last_planning_officer_of_the_council_stays(council):
    membership = council.officer.memberships.get()
    with pytest.raises(services.LastPlanningOfficer):
        services.end_role(membership, by=council.officer, at=NOW)
    assert Membership.objects.active().filter(pk=membership.pk).exists()


def test_a_second_planning_officer_lets_the_first_go(council):
    make_member("Second Officer", Role.PLANNING_OFFICER, council.unit)
    services.end_role(council.officer.memberships.get(), by=council.officer, at=NOW)
    assert council.officer.memberships.active().count() == 0


def test_a_deactivated_officer_does_not_count_as_one(council):
    second = make_member("Second Officer", Role.PLANNING_OFFICER, council.unit)
    services.deactivate_user(second, by=council.officer, at=NOW)
    with pytest.raises(services.LastPlanningOfficer):
        services.end_role(council.officer.memberships.get(), by=council.officer, at=NOW)


def test_the_last_officer_of_a_directorate_may_go(council):
    services.end_role(council.adults_officer.memberships.get(), by=council.officer, at=NOW)
    assert council.adults_officer.memberships.active().count() == 0


def test_the_last_planning_officer_is_not_deactivated(council):
    root = make_user("Root", is_superuser=True)
    with pytest.raises(services.LastPlanningOfficer):
        services.deactivate_user(council.officer, by=root, at=NOW)
    assert User.objects.get(pk=council.officer.pk).is_active


def test_nobody_deactivates_themselves(council):
    make_member("Second Officer", Role.PLANNING_OFFICER, council.unit)
    with pytest.raises(services.OwnAccount):
        services.deactivate_user(council.officer, by=council.officer, at=NOW)


def test_deactivating_keeps_the_roles_for_reactivating(council):
    services.deactivate_user(council.author, by=council.officer, at=NOW)
    assert units_with_role(council.author, Role.AUTHOR) == set()
    services.reactivate_user(council.author, by=council.officer, at=NOW)
    expected = {council.children.pk, council.looked_after.pk}
    assert units_with_role(council.author, Role.AUTHOR) == expected
    actions = list(AccessEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [Action.USER_DEACTIVATED, Action.USER_REACTIVATED]


def test_units_stand_on_three_levels(council):
    unit = services.add_unit("Transport", parent=council.unit, by=council.officer, at=NOW)
    below = services.add_unit("Buses", parent=unit, by=council.officer, at=NOW)
    assert (unit.level, below.level) == ("directorate", "division")
    with pytest.raises(services.UnitInUse, match="is a division"):
        services.add_unit("Stops", parent=below, by=council.officer, at=NOW)


def test_two_units_side_by_side_differ_in_name(council):
    with pytest.raises(services.NameTaken):
        services.add_unit("Adults", parent=council.unit, by=council.officer, at=NOW)
    with pytest.raises(services.NameTaken):
        services.rename_unit(council.children, "Adults", by=council.officer, at=NOW)


def test_there_is_one_council_of_a_name(council):
    with pytest.raises(services.NameTaken):
        services.add_council(council.unit.name, by=None, at=NOW)


def test_rename_unit_writes_both_names(council):
    services.rename_unit(council.adults, "Adult care", by=council.officer, at=NOW)
    expected = (Action.UNIT_RENAMED, council.officer, None, council.adults, "Adults → Adult care")
    assert last_event() == expected


def test_a_unit_with_anything_on_it_is_not_removed(council):
    make_membership(council.author, Role.READER, council.homecare, ended_at=NOW)
    for unit in (council.children, council.homecare):
        with pytest.raises(services.UnitInUse):
            services.remove_unit(unit, by=council.officer, at=NOW)


def test_an_unused_unit_is_removed_and_its_events_stay(council):
    unit = services.add_unit("Mistake", parent=council.unit, by=council.officer, at=NOW)
    services.remove_unit(unit, by=council.officer, at=NOW)
    assert not OrganisationUnit.objects.filter(name="Mistake").exists()
    events = list(AccessEvent.objects.order_by("pk").values_list("action", "detail"))
    assert events == [(Action.UNIT_ADDED, "Mistake"), (Action.UNIT_REMOVED, "Mistake")]


def test_an_invitation_carries_a_link_to_this_site(council, mailoutbox):
    services.send_invitation(
        council.author, site="https://plans.example.org/", by=council.officer, at=NOW
    )
    (message,) = mailoutbox
    assert message.to == [council.author.email]
    assert "https://plans.example.org/accounts/password/reset/key/" in message.body
    assert last_event()[:3] == (Action.USER_INVITED, council.officer, council.author)


def test_an_invitation_that_cannot_be_sent_is_refused_with_a_sentence(council, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(services.NotSent, match="could not be sent"):
        services.send_invitation(council.author, site="http://a/", by=council.officer, at=NOW)
    assert AccessEvent.objects.count() == 0


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite writes one transaction at a time anyway"
)
def test_two_officers_cannot_end_each_other_at_once(transactional_db, council):
    second = make_member("Second Officer", Role.PLANNING_OFFICER, council.unit)
    start, outcomes = Barrier(2), []

    def end(membership, by):
        start.wait()
        try:
            services.end_role(membership, by=by, at=NOW)
            outcomes.append("ended")
        except services.LastPlanningOfficer:
            outcomes.append("kept")
        finally:
            connection.close()

    memberships = [council.officer.memberships.get(), second.memberships.get()]
    threads = [
        Thread(target=end, args=args)
        for args in zip(memberships, [second, council.officer], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "kept"]
    left = Membership.objects.active().filter(role=Role.PLANNING_OFFICER, unit=council.unit)
    assert left.count() == 1
