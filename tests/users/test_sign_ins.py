"""Who is signed in where: of no use to whoever copies the database, and ended by the person themselves."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from als_project.users.models import SignIn, User
from als_project.users.sign_ins import SessionStore
from als_project.users.tasks import forget_old_sign_ins

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


def signs_in(user: User, *, browser: str = FIREFOX) -> Client:
    """By password: `force_login` has no browser to remember."""
    user.set_password("correct horse battery")
    user.save()
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    client = Client(headers={"user-agent": browser})
    client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
    return client


def rows() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {SignIn._meta.db_table}")
        return [str(row) for row in cursor.fetchall()]


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_a_copied_row_opens_no_account(signed_in, asha: User) -> None:
    client = signed_in(asha)
    key = key_of(client)
    assert [key in row for row in rows()] == [False]
    thief = Client()
    thief.cookies["sessionid"] = SignIn.objects.get().session_key
    assert (client.get("/account/").status_code, thief.get("/account/").status_code) == (200, 302)


def test_what_a_sign_in_holds_is_unreadable() -> None:
    store = SessionStore()
    store["login_code"] = "KQ4-M7P"
    store.save()
    assert (SessionStore(store.session_key)["login_code"], "KQ4-M7P" in rows()[0]) == ("KQ4-M7P", False)


def test_the_person_comes_with_the_sign_in(signed_in, asha: User) -> None:
    client = signed_in(asha)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/account/away/").context["user"] == asha
    assert "users_signin" in asked.captured_queries[0]["sql"]
    assert not any('FROM "users_user"' in query["sql"] for query in asked)


def test_who_may_no_longer_sign_in_is_out_at_the_next_request(signed_in, asha: User) -> None:
    client = signed_in(asha)
    User.objects.filter(pk=asha.pk).update(is_active=False)
    assert client.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_another_password_ends_the_sign_ins_that_were_made_with_the_old_one(asha: User) -> None:
    client = signs_in(asha)
    assert client.get("/account/").status_code == 200
    asha.set_password("another horse battery")
    asha.save()
    assert client.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_a_sign_in_shows_nobody_but_whom_it_names(signed_in, asha: User, ben: User) -> None:
    """The row's own column is no proof: what counts is encrypted."""
    client = signed_in(asha)
    SignIn.objects.update(user=ben)
    assert client.get("/account/").context["user"] == asha


def test_a_way_of_signing_in_that_is_closed_lets_nobody_in(signed_in, asha: User, settings: Settings) -> None:
    client = signed_in(asha)
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    assert client.get("/account/").status_code == 302


def test_whose_key_is_gone_signs_in_once_more(signed_in, asha: User, settings: Settings) -> None:
    client = signed_in(asha)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert client.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_a_sign_in_whose_time_is_over_counts_no_more_and_is_forgotten(signed_in, asha: User, ben: User) -> None:
    client = signed_in(asha)
    signed_in(ben)
    SignIn.objects.filter(user=asha).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/account/").status_code == 302
    forget_old_sign_ins()
    assert [row.user for row in SignIn.objects.all()] == [ben]


def test_a_person_sees_where_they_are_signed_in_and_nobody_elses(asha: User, signed_in, ben: User) -> None:
    signed_in(ben)
    signs_in(asha, browser=SAFARI)
    SignIn.objects.filter(user=asha).delete()
    here = signs_in(asha)
    page = here.get("/account/devices/")
    assert [(device.words, device.is_here) for device in page.context["devices"]] == [("Firefox · Windows", True)]
    assert "You are signed in here and nowhere else." in page.content.decode()


def test_signing_out_elsewhere_ends_every_other_one_at_once(asha: User, ben: User, signed_in) -> None:
    others = signed_in(ben)
    here, phone = signs_in(asha), Client(headers={"user-agent": SAFARI})
    phone.post("/accounts/login/", {"login": asha.email, "password": "correct horse battery"})
    shown = [(device.words, device.is_here) for device in here.get("/account/devices/").context["devices"]]
    assert shown == [("Safari · iPhone", False), ("Firefox · Windows", True)]
    here.post("/account/devices/")
    assert [client.get("/account/").status_code for client in (here, phone, others)] == [200, 302, 200]


def test_one_that_a_new_password_has_ended_is_not_listed(asha: User) -> None:
    phone, here = signs_in(asha, browser=SAFARI), signs_in(asha)
    assert phone.get("/account/").status_code == 302
    assert len(here.get("/account/devices/").context["devices"]) == 1


def test_an_authenticator_and_recovery_codes_are_unreadable_in_the_database_and_work(asha: User) -> None:
    totp, codes = TOTP.activate(asha, "JBSWY3DPEHPK3PXP"), RecoveryCodes.activate(asha)
    stored = {factor.type: factor.data for factor in Authenticator.objects.all()}
    assert "JBSWY3DPEHPK3PXP" not in stored["totp"]["secret"]
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")
    assert (totp.validate_code("000000"), len(codes.generate_codes())) == (False, 10)


def test_second_factors_move_to_a_new_key(asha: User, settings: Settings) -> None:
    TOTP.activate(asha, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(asha).generate_codes()
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]
    call_command("reencrypt")
    settings.FIELD_KEYS = [new]
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes
