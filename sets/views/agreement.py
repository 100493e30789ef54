"""Who has agreed to the rules in force, as the set's page and the rules' page show it."""

from typing import Any

from sets.models import Membership


def agreement(people: list[Membership], membership: Membership) -> dict[str, Any]:
    """`people` come `with_agreement()`; `me` is the asking one among them."""
    return {
        "people": people,
        "me": next(person for person in people if person.pk == membership.pk),
        "yet_to_agree": [person for person in people if person.owes_agreement],
    }
