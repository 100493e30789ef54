"""Ground rules as text: one box a category, one rule a line."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sets.common_rules import common_rules
from sets.enums import RuleCategory
from sets.models import GroundRules

LONGEST_RULE = 500
MOST_RULES = 20


class SeenField(forms.CharField):
    """The instant of the proposal that the page showed, carried by the form; empty where there was none."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> datetime | None:
        value = super().clean(value)
        try:
            return datetime.fromisoformat(value) if value else None
        except ValueError as error:
            raise ValidationError(_("This page is out of date. Please load it again.")) from error


class RulesForm(forms.Form):
    seen = SeenField(required=False)

    def __init__(self, *args: Any, set_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_id = set_id
        for category in RuleCategory:
            keep = {"rows": 4, "data-keep": f"rules-{set_id}-{category.value}"}
            self.fields[category.value] = forms.CharField(
                label=category.label, required=False, widget=forms.Textarea(attrs=keep), validators=[_check_lines]
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def rules(self) -> list[tuple[str, str]]:
        return [(c.value, line) for c in RuleCategory for line in _lines(self.cleaned_data[c.value])]


def starting_text(ground_rules: GroundRules | None) -> dict[str, str]:
    """What the boxes hold at first: the rules given, or the common list where a set has none yet."""
    if ground_rules is None:
        return {category.value: "\n".join(texts) for category, texts in common_rules().items()}
    texts: dict[str, list[str]] = {}
    for rule in ground_rules.rules.all():
        texts.setdefault(rule.category, []).append(rule.text)
    return {category: "\n".join(lines) for category, lines in texts.items()}


class PublishForm(forms.Form):
    seen = SeenField()
    agrees = forms.BooleanField(label=_("I agree to these ground rules myself"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _check_lines(text: str) -> None:
    lines = _lines(text)
    if len(lines) > MOST_RULES:
        raise ValidationError(_("Twenty rules at most under one heading; fewer are kept better."))
    if any(len(line) > LONGEST_RULE for line in lines):
        raise ValidationError(_("A rule can have 500 letters at most; break the long one into two lines."))
