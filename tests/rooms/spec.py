"""What the tests and the product's side of them have to agree on."""

from dataclasses import dataclass

NAMES = ("Gita", "Asha", "Ben", "Cara", "Dev")
# In the room without a device of their own.
OTHERS = ("Eve", "Fay")
MINUTES = 150
RULE = "What is said here stays here."
OWED = "Ring the landlord"
OFFERS = {
    "Asha": ("A rota that nobody owns", "How can I hand it on?"),
    "Ben": ("Two teams, one budget", "How can we share it without a fight?"),
}
SAID = (
    ("Ben", "suggestion", "Ask the whole team who would like it, and for how long."),
    ("Cara", "experience", "With us nobody owned the kitchen. We drew lots for a month, and laughed, and it held."),
    ("Dev", "suggestion", "Write down what the rota takes, in hours, before you hand it on."),
)


@dataclass(frozen=True)
class Laid:
    """A room's process, whether a presenter reads what is offered only afterwards, the stage it is in, who is there.

    Without a stage it is still to be opened. In a topic's stage, Asha presents, and what is in `SAID` was said.
    """

    process: str
    reads_later: bool = False
    at: str = ""
    also: tuple[str, ...] = ()


ROOMS = {
    "topics-and-suggestions": Laid("topics-and-suggestions", reads_later=True),
    "open-questions": Laid("open-questions"),
    "questions-only": Laid("questions-only"),
    "equal-time": Laid("equal-time"),
    "peer-consultation": Laid("peer-consultation"),
    "troika": Laid("troika", also=OTHERS),
    "cut": Laid("topics-and-suggestions", at="suggestions"),
    "two buttons": Laid("topics-and-suggestions", at="suggestions"),
    "drafts": Laid("topics-and-suggestions", at="suggestions"),
    "removed": Laid("topics-and-suggestions", at="suggestions"),
    "keyboard": Laid("topics-and-suggestions"),
    "by keyboard": Laid("topics-and-suggestions", at="choose"),
    "without scripts": Laid("topics-and-suggestions", at="suggestions"),
    "folded": Laid("topics-and-suggestions", at="suggestions"),
    "drafted": Laid("topics-and-suggestions", at="commit"),
    "announced": Laid("topics-and-suggestions", at="suggestions"),
    "looked at": Laid("peer-consultation"),
    "looked at while listening": Laid("topics-and-suggestions", at="suggestions"),
    "looked at in threes": Laid("troika", at="report-back", also=OTHERS),
}
