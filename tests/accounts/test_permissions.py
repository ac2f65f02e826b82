from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User
from accounts.permissions import (
    can_change_user,
    can_manage_people,
    has_role,
    manages_council,
    roles_of,
    units_with_role,
)
from tests.factories import NOW, make_member, make_membership, make_user

Role = Membership.Role


def test_a_role_reaches_everything_below_its_unit(council):
    assert units_with_role(council.officer, Role.PLANNING_OFFICER) == {
        council.unit.pk,
        council.children.pk,
        council.adults.pk,
        council.looked_after.pk,
        council.homecare.pk,
    }


def test_a_role_reaches_neither_above_nor_beside_its_unit(council):
    user = make_member("Eve Division", Role.READER, council.looked_after)
    assert units_with_role(user, Role.READER) == {council.looked_after.pk}


def test_several_roles_are_taken_together(council):
    make_membership(council.author, Role.SECTION_LEAD, council.homecare)
    found = units_with_role(council.author, Role.AUTHOR, Role.SECTION_LEAD)
    assert found == {council.children.pk, council.looked_after.pk, council.homecare.pk}


def test_has_role_tells_roles_and_units_apart(council):
    assert has_role(council.author, council.looked_after, Role.AUTHOR)
    assert has_role(council.author, council.looked_after.pk, Role.READER, Role.AUTHOR)
    assert not has_role(council.author, council.looked_after, Role.READER)
    assert not has_role(council.author, council.homecare, Role.AUTHOR)
    assert not has_role(council.author, council.unit, Role.AUTHOR)


def test_an_ended_role_gives_nothing(council):
    user = make_user("Past Holder")
    make_membership(user, Role.AUTHOR, council.unit, ended_at=NOW)
    assert units_with_role(user, Role.AUTHOR) == set()


def test_a_deactivated_person_and_a_stranger_hold_nothing(council):
    council.officer.is_active = False
    assert not can_manage_people(council.officer)
    assert not can_manage_people(AnonymousUser())


def test_a_superuser_holds_no_role(council):
    assert roles_of(make_user("Root", is_superuser=True)).reach == {}


def test_roles_are_read_once(council, django_assert_num_queries):
    user = User.objects.get(pk=council.officer.pk)
    with django_assert_num_queries(1):
        assert can_manage_people(user)
        assert manages_council(user)
        assert has_role(user, council.homecare, Role.PLANNING_OFFICER)


def test_only_a_role_at_the_council_manages_the_council(council):
    assert manages_council(council.officer)
    assert not manages_council(council.adults_officer)


def test_an_officer_changes_only_accounts_within_their_units(council):
    assert can_change_user(council.adults_officer, council.carer)
    assert not can_change_user(council.adults_officer, council.author)
    make_membership(council.carer, Role.READER, council.unit)
    assert not can_change_user(council.adults_officer, council.carer)


def test_an_administrator_is_changed_by_administrators_only(council):
    root = make_user("Root", is_superuser=True, is_staff=True)
    assert not can_change_user(council.officer, root)
    assert can_change_user(root, make_user("Second Root", is_superuser=True))
