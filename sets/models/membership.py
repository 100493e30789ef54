"""Who belongs to a set, since when and until when, and who has been asked to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from als_project.inbox.models import MailedReply
from als_project.outbox.models import RefusedAddress
from als_project.users.models import User
from sets.enums import Ending, Facilitation
from sets.models.learning_set import LearningSet, Programme


def _count(rows: "models.QuerySet[Any]") -> Coalesce:
    """How many of `rows`, which are those of the outer row's set."""
    counted = rows.order_by().values("learning_set").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _refused(email: str) -> Exists:
    """That the address in this column takes no mail, by its own server's word."""
    return Exists(RefusedAddress.objects.filter(address=Lower(OuterRef(email))))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None)

    def members(self) -> "MembershipQuerySet":
        return self.filter(is_member=True)

    def facilitators(self) -> "MembershipQuerySet":
        return self.filter(is_facilitator=True)

    def visible_to(self, user: User) -> "MembershipQuerySet":
        """The present people of the user's own sets."""
        return self.present().filter(learning_set__in=LearningSet.objects.visible_to(user))

    def present_in(self, learning_set: LearningSet, user: User) -> "Membership | None":
        """The user's present membership of the set, with both loaded; None for anyone else."""
        return (
            self.present().select_related("learning_set", "user").filter(learning_set=learning_set, user=user).first()
        )

    def may_read(self) -> "MembershipQuerySet":
        """Present, and agreed to the ground rules once there are any: who may read what is said in the set."""
        from sets.models.rules import Assent, GroundRules

        agreed = Exists(Assent.objects.filter(membership=OuterRef("pk")))
        published = Exists(GroundRules.objects.published().filter(learning_set=OuterRef("learning_set")))
        return self.present().filter(agreed | ~published)

    def looking_after(self) -> "MembershipQuerySet":
        """What `permissions.looks_after` says, asked of the database."""
        by_all = Q(learning_set__facilitation=Facilitation.SELF_FACILITATED, is_member=True)
        by_some = Q(learning_set__facilitation=Facilitation.FACILITATED, is_facilitator=True)
        return self.present().filter(by_all | by_some)

    def with_agreement(self) -> "MembershipQuerySet":
        """Each row knows the `rules_number` in force `rules_since` (None without rules), and the last one `agreed_to`.

        By one row, where `Exists` would do too: of that, PostgreSQL may make a list of everybody's assents first.
        """
        from sets.models.rules import Assent, GroundRules

        in_force = GroundRules.objects.published().filter(learning_set=OuterRef("learning_set")).order_by("-number")
        given = Assent.objects.filter(membership=OuterRef("pk")).order_by("-ground_rules__number")
        # The type checker minds that `Membership` names them too, for those who read such rows.
        return self.annotate(  # type: ignore[no-redef]
            rules_number=Subquery(in_force.values("number")[:1]),
            rules_since=Subquery(in_force.values("published_at")[:1]),
            agreed_to=Subquery(given.values("ground_rules__number")[:1]),
        )

    def with_attention(self, now: datetime) -> "MembershipQuerySet":
        """Each row knows how many invitations of its set wait for an answer, and how many people have yet to agree."""
        invitations = Invitation.objects.open(now).filter(learning_set=OuterRef("learning_set"))
        unagreed = Membership.objects.yet_to_agree().filter(learning_set=OuterRef("learning_set"))
        people = Membership.objects.present().members().filter(learning_set=OuterRef("learning_set"))
        return self.with_agreement().annotate(
            waiting_invitations=_count(invitations), people_yet_to_agree=_count(unagreed), members_now=_count(people)
        )

    def with_rarities(self, email: str, now: datetime) -> "MembershipQuerySet":
        """Each row knows whether its person, at this address, `is_asked` into a set, `organises` a programme, and has

        `written_by_mail` what waits for them: all that few have, and most pages need not ask for.
        """
        asked = Invitation.objects.open(now).to_address(email)
        organised = Programme.objects.filter(organisers=OuterRef("user"))
        mailed = MailedReply.objects.waiting().filter(writer=OuterRef("user")).order_by().values("pk")[:1]
        return self.annotate(  # type: ignore[no-redef]
            is_asked=Exists(asked), organises=Exists(organised), written_by_mail=Subquery(mailed)
        )

    def unreachable(self) -> "MembershipQuerySet":
        """People whose address takes no mail."""
        return self.filter(user__in=User.objects.filter(_refused("email")))

    def yet_to_agree(self) -> "MembershipQuerySet":
        """Present people who have not agreed to the version in force: at most to an earlier one."""
        from sets.models.rules import Assent, GroundRules

        published = GroundRules.objects.published().filter(learning_set=OuterRef("learning_set"))
        given = Assent.objects.filter(membership=OuterRef("pk")).order_by("-ground_rules__number")
        in_force = Subquery(published.order_by("-number").values("number")[:1])
        agreed = Coalesce(Subquery(given.values("ground_rules__number")[:1]), 0)
        return self.present().alias(in_force=in_force, agreed=agreed).filter(in_force__gt=F("agreed"))


class Membership(models.Model):
    """One person's time in one set. Leaving ends the row; coming back begins another."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    is_member = models.BooleanField(
        _("member"), default=True, help_text=_("Brings topics, listens, questions, suggests.")
    )
    is_facilitator = models.BooleanField(_("facilitator"), default=False, help_text=_("Looks after the process."))
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # When it is next asked whether this person's sets need their attention; null until it was ever asked.
    weekly_view_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The present people of the set by name, this person among them, where they were read together.
    circle: "Sequence[Membership]" = ()
    # Known of rows that come `with_agreement()`.
    rules_number: int | None
    rules_since: datetime | None
    agreed_to: int | None
    # Known of rows that come `with_rarities()`.
    is_asked: bool
    organises: bool
    written_by_mail: int | None

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        # By what the clock asks: who came or went lately, and whose week it is.
        indexes = [
            models.Index(fields=["joined_at"], name="memberships_begun", condition=Q(ended_at=None)),
            models.Index(fields=["weekly_view_at"], name="memberships_weekly_view", condition=Q(ended_at=None)),
            models.Index(fields=["ended_at"], name="memberships_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "learning_set"], condition=Q(ended_at=None), name="one_present_membership_a_person"
            ),
            models.CheckConstraint(
                condition=Q(is_member=True) | Q(is_facilitator=True), name="memberships_have_a_role"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="memberships_end_in_a_named_way",
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"

    @property
    def is_present(self) -> bool:
        return self.ended_at is None

    @property
    def roles(self) -> str:
        """“facilitator and member”: as pages say it."""
        if self.is_facilitator and self.is_member:
            return gettext("facilitator and member")
        return gettext("facilitator") if self.is_facilitator else gettext("member")

    @property
    def has_agreed_before(self) -> bool:
        """Whether to this version or to an earlier one. Of rows that come `with_agreement()`."""
        return self.agreed_to is not None

    @property
    def has_agreed(self) -> bool:
        """To the version in force. Of rows that come `with_agreement()`."""
        return self.agreed_to is not None and self.agreed_to == self.rules_number

    @property
    def may_read(self) -> bool:
        """What `MembershipQuerySet.may_read()` says. Of rows that come `with_agreement()`."""
        return self.is_present and (self.has_agreed_before or self.rules_number is None)

    @property
    def awaits_agreement(self) -> bool:
        """They are asked for it: in a set that has closed only who can read nothing before they agree."""
        return self.owes_agreement and not (self.learning_set.is_closed and self.has_agreed_before)

    @property
    def owes_agreement(self) -> bool:
        """The version in force waits for this person's word. Of rows that come `with_agreement()`."""
        return self.rules_number is not None and not self.has_agreed


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        return self.undecided().filter(expires_at__gt=now)

    def undecided(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; it may have expired, and can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def unreachable(self) -> "InvitationQuerySet":
        """Those sent to an address that takes no mail."""
        return self.filter(_refused("email"))

    def reachable(self) -> "InvitationQuerySet":
        return self.exclude(_refused("email"))

    def visible_to(self, user: User) -> "InvitationQuerySet":
        """A facilitator sees the invitations of their set; in a self-facilitated set every member does."""
        runs = Membership.objects.looking_after().filter(user=user, learning_set=OuterRef("learning_set"))
        return self.filter(Exists(runs))

    def to_address(self, email: str) -> "InvitationQuerySet":
        """`email` in lower case, as every address of a person is kept."""
        return self.alias(address=Lower("email")).filter(address=email)


def new_nonce() -> str:
    return get_random_string(22)


class Invitation(models.Model):
    """An address asked to join a set. Its link is signed over the id and the nonce; sending again changes the nonce."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    as_member = models.BooleanField(_("as a member"), default=True)
    as_facilitator = models.BooleanField(_("as a facilitator"), default=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    nonce = models.CharField(max_length=22, default=new_nonce, editable=False)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                "learning_set",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_undecided_invitation_an_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitations_are_accepted_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(as_member=True) | Q(as_facilitator=True), name="invitations_offer_a_role"
            ),
        ]
        indexes = [
            models.Index(
                Lower("email"), condition=Q(accepted_at=None, withdrawn_at=None), name="undecided_invitations"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("sets:people", args=[self.learning_set_id])
