from typing import Any

from django.core.management.base import BaseCommand, CommandError

from als_project.ground.rotation import encrypted_fields, reencrypt


class Command(BaseCommand):
    help = (
        "Rewrite everything that was said under the newest of FIELD_KEYS. It may be stopped and run again, also while "
        "the product runs; once it has ended well the older keys can go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for field in encrypted_fields():
            count = reencrypt(field)
            unreadable += count.unreadable
            self.stdout.write(
                f"{count.field}: {count.rewritten} rewritten, {count.already} already under the newest key, "
                f"{count.unreadable} without a key"
            )
        if unreadable:
            raise CommandError(f"{unreadable} could not be read with any of FIELD_KEYS: add the key they are under.")
