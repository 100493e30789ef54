
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from als_project.clock import usual_time_zone, zone_names
from als_project.users.models import User


class SignupForm(forms.Form):
    """What signing up asks besides the address. The browser fills in the zone; a zone it can't name is corrected later."""

    name = forms.CharField(label=_("Your name"), max_length=120, help_text=_("As your set calls you."))
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zone_names() else usual_time_zone()

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])
