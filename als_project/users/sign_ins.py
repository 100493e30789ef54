"""The session engine: who is signed in on which device, in rows that are of no use to whoever copies them.

A row stands under the fingerprint of the key in the person's cookie, and what it holds is encrypted: a copied
database, or a backup of it, opens nobody's account and tells nobody's code. See `settings.SESSION_ENGINE`.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from als_project.db import encryption
from als_project.users.models import SignIn, User
from als_project.written_once import written_once


def fingerprint(key: str) -> str:
    """What a row is found by. The key is 32 random letters and digits: no salt or slow hash would add to that."""
    return sha256(key.encode()).hexdigest()


class SessionStore(RowStore):
    """Django's rows; only what they are found by and what they hold is written otherwise."""

    @classmethod
    def get_model_class(cls) -> type[SignIn]:
        return SignIn

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encryption().encrypt(json.dumps(session_dict, separators=(",", ":")).encode()).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Nothing when the key is gone: the person signs in once more."""
        try:
            held: dict[str, Any] = json.loads(encryption().decrypt(session_data))
        except InvalidToken:
            return {}
        return held

    def exists(self, session_key: str) -> bool:
        return SignIn.objects.filter(session_key=fingerprint(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            SignIn.objects.filter(session_key=fingerprint(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> SignIn:
        return SignIn(
            session_key=fingerprint(str(self.session_key)),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
        )

    def _get_session_from_db(self) -> SignIn | None:
        found = _standing(fingerprint(self.session_key or ""), timezone.now())
        if not found:
            self._session_key = None
            return None
        self._owner = found[0].user
        return found[0]

    _owner: User | None = None

    @property
    def owner(self) -> User | None:
        """Who is signed in, read with the row; None where Django's own way has to be gone.

        Only who Django would let in, too: their sign-in is theirs, their password is still the same, they may sign in.
        """
        proof = self.get(HASH_SESSION_KEY, "")
        person = self._owner
        if person is None or self.get(SESSION_KEY) != str(person.pk) or not person.is_active:
            return None
        if self.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
            return None
        return person if constant_time_compare(proof, person.get_session_auth_hash()) else None


@written_once
def _standing(key: str, now: datetime) -> QuerySet[SignIn]:
    return SignIn.objects.filter(session_key=key, expire_date__gt=now).select_related("user")


class OwnerMiddleware(AuthenticationMiddleware):
    """`request.user` as Django finds it; where the sign-in's row has brought the person, without another question."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _owner_of(request) or get_user(request))  # type: ignore[assignment]


def _owner_of(request: HttpRequest) -> User | None:
    sign_in: SessionStore = request.session  # type: ignore[assignment]  # SESSION_ENGINE
    return sign_in.owner
