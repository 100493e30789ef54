"""How allauth keeps what an authenticator and recovery codes are made from: as a token under `settings.FIELD_KEYS`."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from als_project.db import encryption
from als_project.ground.rotation import Count

SECRETS = ("secret", "seed")


class SecondFactorsAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encryption().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return encryption().decrypt(encrypted_text).decode()


def reencrypt_second_factors() -> Count:
    """Afterwards every readable one is under the newest key, as `rotation.reencrypt` does for what was said."""
    count = Count(field="mfa.Authenticator.data")
    kept = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for pk in kept.values_list("pk", flat=True):
        with transaction.atomic():
            # Locked: a recovery code that is used at this moment stays used.
            for factor in kept.select_for_update().filter(pk=pk):
                _rewrite(factor, count)
    return count


def _rewrite(factor: Authenticator, count: Count) -> None:
    try:
        secrets = {name: encryption().rotate(factor.data[name]).decode() for name in SECRETS if name in factor.data}
    except InvalidToken:
        count.unreadable += 1
        return
    factor.data |= secrets
    factor.save(update_fields=["data"])
    count.rewritten += 1
