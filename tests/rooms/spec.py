"""What the tests and the product's side of them have to agree on."""

from dataclasses import dataclass

NAMES = ("Gita", "Asha", "Ben", "Cara", "Dev")
MINUTES = 150
RULE = "What is said here stays here."
OWED = "Ring the landlord"
OFFERS = {
    "Asha": ("A rota that nobody owns", "How can I hand it on?"),
    "Ben": ("Two teams, one budget", "How can we share it without a fight?"),
}


@dataclass(frozen=True)
class Laid:
    """A room's process, and whether a presenter reads what is offered only afterwards."""

    process: str
    reads_later: bool = False


ROOMS = {
    "topics-and-suggestions": Laid("topics-and-suggestions", reads_later=True),
    "open-questions": Laid("open-questions"),
    "questions-only": Laid("questions-only"),
    "equal-time": Laid("equal-time"),
    "peer-consultation": Laid("peer-consultation"),
    "troika": Laid("troika"),
    "cut": Laid("topics-and-suggestions"),
    "drafts": Laid("topics-and-suggestions"),
    "removed": Laid("topics-and-suggestions"),
    "keyboard": Laid("topics-and-suggestions"),
    "heard": Laid("topics-and-suggestions"),
    "looks": Laid("peer-consultation"),
}
