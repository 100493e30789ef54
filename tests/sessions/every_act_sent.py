"""A session with something for everyone to do in each stage, and the requests with which they do it."""

from typing import Any
from uuid import uuid4

from django.forms import Form
from django.utils import timezone

from actions.models import Action
from als_project.users.models import User
from sessions.enums import Presence
from sessions.forms.choosing import share_form_for
from sessions.forms.running import ReplanForm
from sessions.models import Attendance, Ballot, Bid, Contribution, Stage
from sessions.process import process_of
from sessions.room import Room, room_of
from sessions.services import balloting, casting, closing, freeing, handing_over, running, sharing
from sets.models import LearningSet, Membership
from sets.processes import Captures, Part, StagePlan
from tests.factories import end, join, make_action, make_bid, make_closed_session, make_session, make_slot, make_user
from tests.sessions.room_acts import current, go_to, opened

PLAYS = {
    "facilitator": "Gita",
    "presenting facilitator": "Asha",
    "host": "Hana",
    "runner": "Rosa",
    "presenter": "Asha",
    "scribe": "Dev",
    "member": "Ben",
    "who left": "Cara",
    "stranger": "Sam",
}
NO_BID = Bid(pk=0)
Sent = tuple[str, dict[str, Any]]


class Scene:
    """Asha presents first. Finn, who comes second, is away; so is Emeka, whose place is free and offered to Ben.

    Ola facilitates, too, and takes it from stage to stage. Ben owes a report-back, and is asked to run the session;
    Dev writes for all; Cleo has no topic. Of those who have a role nobody has said yet that they are here.
    """

    def __init__(self, process: str) -> None:
        self.now = timezone.now()
        self.people = {name: make_user(name) for name in sorted({*PLAYS.values(), "Cleo", "Emeka", "Finn", "Ola"})}
        self.set = LearningSet.objects.create(name="Thursday set", process=process)
        for name, person in self.people.items():
            if name != "Sam":
                join(self.set, person, facilitates=name in ("Gita", "Ola"))
        end(Membership.objects.get(user=self["Cara"]))
        self.owed = self.left_from_last_time()
        self.session = make_session(self.set, starts_at=self.now, minutes=240, facilitator=self["Hana"])
        opened(self.session, self["Ola"], now=self.now)
        self.session.refresh_from_db()
        self.process = process_of(self.session)
        bidders = ("Asha", "Finn", "Emeka", "Ben") if self.process.uses_bids else ()
        self.bids = {name: make_bid(self.session, self[name]) for name in bidders}
        casting.name_scribe(session=self.session, by=self["Ola"], scribe=self["Dev"], now=self.now)
        ben = Membership.objects.get(user=self["Ben"])
        handing_over.ask_to_run(session=self.session, by=self["Ola"], to=ben, for_topic=False, now=self.now)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def left_from_last_time(self) -> Action:
        before = make_closed_session(self.set)
        return make_action(before, self["Ben"], slot=make_slot(before, self["Ben"], state="heard"))

    # --- From stage to stage -----------------------------------------------------------------------
    def reach(self, plan: StagePlan) -> Stage:
        """The session is in this stage, which comes after the one it was in."""
        if plan.part == Part.TOPIC and not self.session.slots.exists():
            self.lay_out()
        if plan.part == Part.CLOSING:
            closing.go_to_review(session=self.session, by=self["Ola"], now=self.now)
        stage = go_to(self.session, plan.key, self["Ola"], now=self.now)
        if Captures.SLOTS in stage.captures and self.process.uses_bids:
            balloting.open_ballot(session=self.session, by=self["Ola"], marks_each=3, now=self.now)
        # Whoever else is here has spoken: it is Ben's turn.
        stage.had_turn = [person.pk for name, person in self.people.items() if name != "Ben"]
        stage.save(update_fields=["had_turn"])
        self.session.refresh_from_db()
        return current(self.session)

    def lay_out(self) -> None:
        optional = [plan.key for plan in self.process.optional_stages]
        sent: dict[str, Any] = {"session": self.session, "by": self["Ola"], "optional": optional, "now": self.now}
        if self.process.threes:
            threes = [[self[name] for name in names] for names in (("Asha", "Ben", "Dev"), ("Cleo", "Rosa", "Hana"))]
            sharing.share_in_threes(threes=threes, breaks=0, **sent)
        elif self.process.uses_bids:
            balloting.close_ballot(session=self.session, by=self["Ola"], now=self.now)
            choices = [(self.bids[name], 40) for name in ("Asha", "Finn", "Emeka")]
            running.choose(choices=choices, **sent)
        else:
            sharing.share_time(presenters=[self["Asha"], self["Finn"], self["Emeka"]], breaks=0, **sent)
        for name in ("Emeka", "Finn"):
            away = {"presence": Presence.ABSENT}
            Attendance.objects.update_or_create(session=self.session, user=self[name], defaults=away)
        if self.process.uses_bids:
            self.frees_emekas_place()

    def frees_emekas_place(self) -> None:
        slot = self.session.slots.get(presenter=self["Emeka"])
        freeing.free_slot(session=self.session, by=self["Ola"], slot=slot.pk, now=self.now)
        bid = self.bids["Ben"]
        freeing.offer_slot(session=self.session, by=self["Ola"], slot=slot.pk, bid=bid, now=self.now)

    # --- What is sent ------------------------------------------------------------------------------
    def place_of(self, name: str) -> int:
        """The slot's id; 0 before there is one."""
        return self.session.slots.filter(presenter=self[name]).values_list("pk", flat=True).first() or 0

    def words(self, stage: Stage) -> Contribution:
        """Somebody's, said on Asha's topic if there is one yet."""
        under = self.session.stages.filter(slot=self.place_of("Asha")).first() or stage
        return Contribution.objects.create(
            stage=under, author=self["Ben"], kind="question", text="Her mother", captured_at=self.now
        )

    def sent(self, stage: Stage) -> dict[str, Sent]:
        """By act: the path after that of the session, or from the root, and the form."""
        gita = Membership.objects.select_related("learning_set", "user").get(user=self["Gita"])
        room = room_of(self.session, gita, self.now)
        return {**self.running(stage, room), **self.choosing(room), **self.speaking(stage), **self.following_up()}

    def running(self, stage: Stage, room: Room) -> dict[str, Sent]:
        here, coming = {"leaving": stage.pk}, self.session.stages.to_come().last()
        finns, free, bid = self.place_of("Finn"), self.place_of("Emeka"), self.bids.get("Ben", NO_BID).pk
        return {
            "go on": ("room/next/", here),
            "go back": ("room/next/", {"way": "back", **here}),
            "give time": ("room/time/", {"seen": stage.minutes, "minutes": 5, **here}),
            "pause": ("room/pause/", here),
            "skip": ("room/skip/", {"stage": coming.pk if coming else 0, "reason": "No time"}),
            "re-plan": ("room/plan/", as_it_stands(ReplanForm(room=room))),
            "free a place": ("room/free/", {"slot": finns}),
            "offer a place": ("room/offer-place/", {"slot": free, "bid": bid}),
            "answer a place": ("room/answer-place/", {"slot": free, "bid": bid, "way": "yes"}),
            "hand over": ("room/hand-over/", {"to": Membership.objects.get(user=self["Cleo"]).pk}),
            "accept": ("room/answer-hand-over/", {"way": "accept"}),
            "take it back": ("room/answer-hand-over/", {"way": "take-back"}),
            "say who is here": ("room/present/", {f"presence_{self['Cleo'].pk}": "late"}),
        }

    def choosing(self, room: Room) -> dict[str, Sent]:
        bid = self.bids.get("Ben", NO_BID).pk
        is_open = Ballot.objects.filter(session=self.session, closed_at=None).exists()
        return {
            "ballot": ("room/ballot/", {"way": "close"} if is_open else {"marks_each": 3}),
            "marks": ("room/marks/", {f"marks_{bid}": 2}),
            "choose": ("room/choose/", {f"place_{bid}": 1, f"minutes_{bid}": 30}),
            "share the time": ("room/share/", as_it_stands(share_form_for(room))),
            "topic for another": ("room/topic-for/", {"member": self["Cleo"].pk, "headline": "A rota"}),
        }

    def speaking(self, stage: Stage) -> dict[str, Sent]:
        here, words = {"leaving": stage.pk}, f"words/{self.words(stage).pk}"
        return {
            "give the word on": ("room/turn/", {"speaker": self["Ben"].pk, **here}),
            "note to self": ("room/note/", {"text": "For me"}),
            "landed": (f"{words}/landed/", {}),
            "take out": (f"{words}/take-out/", {"words": "mother"}),
            "done writing": ("room/hand/", {"hand": "done", **here}),
            "next to speak": ("room/hand/", {"hand": "next", **here}),
            "I am here": ("room/here/", {}),
        }

    def following_up(self) -> dict[str, Sent]:
        once: dict[str, Any] = {"form_key": uuid4()}
        return {
            "commit": (f"/slots/{self.place_of('Asha')}/commit/", {"what": "Ask her", **once}),
            "report back": (f"/actions/{self.owed.pk}/report-back/", {"state": "done", "did": "Rang", **once}),
        }


def as_it_stands(form: Form) -> dict[str, Any]:
    """What a browser sends of a form in which nothing was changed."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None}
