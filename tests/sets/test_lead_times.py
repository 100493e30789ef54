"""How long before a session the people of a set are written to: said by those who look after it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from sets.models import LEAD_TIMES, LearningSet

AS_IT_SHIPS = {"topic_prompt_days": 7, "topic_nudge_days": 2, "reminder_days": 1, "report_back_days": 3}


def lead_times(learning_set):
    return LearningSet.objects.values(*LEAD_TIMES).get(pk=learning_set.pk)


def page(learning_set):
    return reverse("sets:lead_times", args=[learning_set.pk])


def test_every_set_begins_with_the_usual_ones(learning_set):
    assert lead_times(learning_set) == AS_IT_SHIPS


@pytest.mark.parametrize(
    "chosen",
    [
        {"topic_prompt_days": 14, "topic_nudge_days": 5, "reminder_days": 2, "report_back_days": 7},
        {"topic_prompt_days": 14, "topic_nudge_days": None, "reminder_days": 3, "report_back_days": None},
        dict.fromkeys(LEAD_TIMES),
    ],
)
def test_the_facilitator_chooses_them_and_may_leave_one_out(learning_set, signed_in, gita, chosen):
    answer = signed_in(gita).post(page(learning_set), {name: days or "" for name, days in chosen.items()})
    assert (answer.status_code, answer.url) == (302, learning_set.get_absolute_url())
    assert lead_times(learning_set) == chosen


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic_nudge_days": 7}, "topic_nudge_days"),
        ({"reminder_days": 2}, "reminder_days"),
        ({"topic_nudge_days": "", "reminder_days": 7}, "reminder_days"),
        ({"topic_prompt_days": 29}, "topic_prompt_days"),
        ({"report_back_days": 0}, "report_back_days"),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_word_beside_it(learning_set, signed_in, gita, wrong, field):
    answer = signed_in(gita).post(page(learning_set), {**AS_IT_SHIPS, **wrong})
    assert list(answer.context["form"].errors) == [field]
    assert lead_times(learning_set) == AS_IT_SHIPS


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic_nudge_days": 7},
        {"reminder_days": 2},
        {"topic_nudge_days": None, "reminder_days": 7},
        {"topic_prompt_days": 29},
        {"report_back_days": 0},
    ],
)
def test_the_database_refuses_it_too(learning_set, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        LearningSet.objects.filter(pk=learning_set.pk).update(**wrong)
