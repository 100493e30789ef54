from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from als_project.ground.rotation import Count, encrypted_fields, reencrypt
from als_project.users.second_factors import reencrypt_second_factors


class Command(BaseCommand):
    help = (
        "Rewrite everything that was said under the newest of FIELD_KEYS. It may be stopped and run again, also while "
        "the product runs; once it has ended well the older keys can go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for count in self.counts():
            unreadable += count.unreadable
            self.stdout.write(
                f"{count.field}: {count.rewritten} rewritten, {count.already} already under the newest key, "
                f"{count.unreadable} without a key"
            )
        if unreadable:
            raise CommandError(f"{unreadable} could not be read with any of FIELD_KEYS: add the key they are under.")

    def counts(self) -> Iterator[Count]:
        yield from map(reencrypt, encrypted_fields())
        yield reencrypt_second_factors()
