"""The people and sets of the demo. All invented, all marked as demo, none reachable by mail outside this machine."""

from dataclasses import dataclass

from als_project.users.models import User

LONDON = "Europe/London"
Cast = dict[str, User]

GITA, OLU = "Gita Rao", "Olu Adeyemi"
ASHA, BEN, CARA, DEV, FINN = "Asha Verma", "Ben Otieno", "Cara Lund", "Dev Malik", "Finn Walsh"
HANA, INES, JO, KEMI = "Hana Sato", "Inês Costa", "Jo Marsh", "Kemi Bello"

ZONES = {BEN: "Africa/Nairobi", INES: "Europe/Lisbon"}
EVERYONE = (GITA, OLU, ASHA, BEN, CARA, DEV, FINN, HANA, INES, JO, KEMI)


def address(name: str) -> str:
    first = name.split()[0].lower().replace("ê", "e")
    return f"{first}@demo.example"


@dataclass(frozen=True)
class DemoSet:
    """A set as it is founded: who is in it and how it works."""

    name: str
    purpose: str
    process: str
    members: tuple[str, ...]
    usual_minutes: int
    place: str = ""
    link: str = ""


LIBRARY = DemoSet(
    name="Library set",
    purpose="Five people who each run a small team and want a place to think aloud about it.",
    process="topics-and-suggestions",
    members=(ASHA, BEN, CARA, DEV, FINN),
    usual_minutes=150,
    place="The library, room 2",
)
CLINIC = DemoSet(
    name="Clinic leads",
    purpose="Leads of four clinics and one neighbour, asking each other better questions.",
    process="open-questions",
    members=(HANA, INES, JO, KEMI, BEN),
    usual_minutes=120,
    link="https://meet.example/clinic-leads",
)
RULES = [
    ("time", "We start and end on time; the facilitator watches the clock for us."),
    ("confidentiality", "What is said in the set stays in the set, for good."),
    ("attendance", "We come to every session we can; apologies go in at least two days before."),
    ("notes", "We write down questions, suggestions and actions. Nobody writes about anybody."),
    ("listening", "When the presenter listens, the rest of us do not ask for answers."),
]
