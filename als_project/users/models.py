"""People: who signs in, under which address, in which time zone, on which devices."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import usual_time_zone, validate_time_zone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One address is one person; the address is only ever shown where its owner or a facilitator acts."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("As your set calls you."))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=usual_time_zone, validators=[validate_time_zone]
    )
    is_staff = models.BooleanField(_("may enter the site's administration"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("invented for the demo"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
            models.CheckConstraint(condition=~models.Q(name=""), name="people_have_names"),
        ]

    def __str__(self) -> str:
        return self.name


class SignIn(AbstractBaseSession):
    """A browser that is known, and who is signed in there. Written by `users.sign_ins` alone.

    `session_key` holds the fingerprint of the key in the browser's cookie, `session_data` one encrypted JSON object.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sign_ins")

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
