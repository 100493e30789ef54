"""The session engine: who is signed in on which device, in rows that are of no use to whoever copies them.

A row stands under the fingerprint of the key in the person's cookie, and what it holds is encrypted: a copied
database, or a backup of it, opens nobody's account and tells nobody's code. See `settings.SESSION_ENGINE`.
"""

import json
from hashlib import sha256
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.utils import timezone

from als_project.db import encryption
from als_project.users.models import SignIn


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
        key = fingerprint(self.session_key or "")
        row = SignIn.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row
