"""Minutes, prompts and optional stages of the set's process."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from sets.processes import Process, StagePlan
from sets.processes.loader import LONGEST_STAGE
from sets.tailoring import ITS_OWN, place_of


@dataclass(frozen=True)
class Row:
    """One stage with its fields, and how it ships."""

    plan: StagePlan
    fields: list[BoundField]
    is_changed: bool


class TailoringForm(forms.Form):
    process = forms.SlugField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, plain: Process, own: Process) -> None:
        super().__init__(data, initial={"process": plain.slug})
        self.plain, self.own = plain, own
        for stage in own.stages:
            self._add_fields(stage)

    def _add_fields(self, stage: StagePlan) -> None:
        where = place_of(stage)
        self.fields[f"{where}.prompt"] = forms.CharField(
            label=_("Prompt"), max_length=300, initial=stage.prompt, widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields[f"{where}.minutes"] = forms.IntegerField(
            label=MINUTES[stage.per.value], min_value=1, max_value=LONGEST_STAGE, initial=stage.minutes
        )
        if stage.optional:
            self.fields[f"{where}.usual"] = forms.BooleanField(
                label=_("We usually take this stage"),
                required=False,
                initial=stage.usual,
                help_text=_("It is optional: you can decide otherwise when you choose topics."),
            )

    @property
    def rows(self) -> list[Row]:
        pairs = zip(self.plain.stages, self.own.stages, strict=True)
        return [Row(plain, self._fields_of(plain), plain != own) for plain, own in pairs]

    def _fields_of(self, stage: StagePlan) -> list[BoundField]:
        names = [f"{place_of(stage)}.{key}" for key in ("prompt", "minutes", "usual")]
        return [self[name] for name in names if name in self.fields]

    @property
    def wanted(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for stage in self.plain.stages:
            where = place_of(stage)
            named = {key: f"{where}.{key}" for key in ITS_OWN}
            found[where] = {key: self.cleaned_data[name] for key, name in named.items() if name in self.cleaned_data}
        return found


MINUTES = {
    "stage": _("Minutes"),
    "owner": _("Minutes for each owner of an action"),
    "member": _("Minutes for each member who is there"),
}
