"""Which forms the room shows one reader in the stage it is in; None where it is not theirs, or not now."""

from django.forms import Form

from sessions.forms.attendance import PresenceForm
from sessions.forms.choosing import MarksForm, OpenBallotForm, share_form_for
from sessions.forms.room import ChooseForm, EmptyBox, box_for, presence_form
from sessions.forms.together import MethodForm, OfferForForm, ReviewForm, ScribeForm
from sessions.process import process_of
from sessions.room import Room
from sets.permissions import takes_part

Boxes = dict[str, Form | EmptyBox | None]


def boxes_for(room: Room) -> Boxes:
    return {
        "box": box_for(room),
        "scribe_form": scribe_form_for(room) if room.is_casting else None,
        "offer_for_form": OfferForForm(room=room) if room.without_offer else None,
        "method_form": _method_form(room),
        "review_form": ReviewForm(room=room) if room.is_reviewing and (room.may_take_part or room.quotable) else None,
        **_choosing(room),
    }


def presence_form_for(room: Room) -> PresenceForm | None:
    return presence_form(room) if room.session.is_running and room.may_run else None


def scribe_form_for(room: Room) -> ScribeForm | None:
    """Who writes for all: named by who runs the session, and in the stage that is for it by everybody."""
    if not room.session.is_running:
        return None
    names = room.may_run or (room.is_casting and room.may_take_part)
    return ScribeForm(room=room) if names else None


def _method_form(room: Room) -> MethodForm | None:
    if not room.is_picking_method or room.stage is None or not (room.may_take_part or room.may_run):
        return None
    picked = room.stage.slot.method if room.stage.slot else ""
    return MethodForm(methods=process_of(room.session).methods, picked=picked)


def _choosing(room: Room) -> Boxes:
    if not room.is_choosing:
        return {}
    process = process_of(room.session)
    if not process.uses_bids:
        return {"share_form": share_form_for(room) if room.may_run else None}
    is_open = room.ballot is not None and room.ballot.ballot.is_open
    return {
        "choose_form": ChooseForm(room=room, process=process) if room.may_run else None,
        "open_ballot_form": OpenBallotForm() if room.may_run and room.offers_here and not is_open else None,
        "marks_form": MarksForm(room=room) if is_open and takes_part(room.membership) else None,
    }
