"""What was said in the demo's past sessions, and what is offered to the coming ones."""

from dataclasses import dataclass, field

from actions.demo.people import ASHA, BEN, CARA, DEV, FINN, HANA, INES, JO, KEMI


@dataclass(frozen=True)
class DemoTopic:
    """A topic as offered; said, by the key of the stage, as (author, kind, words); and the action that came of it."""

    owner: str
    headline: str
    question: str
    minutes: int = 30
    urgency: str = "soon"
    said: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    action: dict[str, str] = field(default_factory=dict)
    supporter: str = ""


@dataclass(frozen=True)
class DemoReview:
    author: str
    on_rules: str = ""
    what_helped: str = ""
    next_time: str = ""
    rating: str = ""


LIBRARY_PAST = [
    DemoTopic(
        DEV,
        "A handover that nobody owns",
        "How can I pass on the rota without it coming back to me each month?",
        minutes=35,
        urgency="high",
        said={
            "suggestions": [
                (ASHA, "suggestion", "Write down what you do in one week before you try to hand it to anyone."),
                (
                    CARA,
                    "experience",
                    "I gave mine to two people at once. It went well when each had a day of their own.",
                ),
                (BEN, "suggestion", "Ask who would like it, before you ask who has time."),
            ],
            "response": [
                (DEV, "response", "Asking who would like it had not crossed my mind. I always ask who is free.")
            ],
        },
        action={
            "what": "Ask the whole team who would enjoy running the rota, and show them one written week of it.",
            "first_step": "Write down this week as it happens.",
            "how_i_will_know": "Somebody else sends out next month’s rota.",
        },
        supporter=CARA,
    ),
    DemoTopic(
        ASHA,
        "Saying no to a good idea",
        "What would help me turn down work that I would love to do?",
        said={
            "suggestions": [
                (FINN, "suggestion", "Say what it would push out, and let them choose."),
                (DEV, "experience", "I keep a list of good ideas for later. Hardly anyone asks for theirs again."),
            ],
            "response": [(ASHA, "response", "“What would it push out” is a sentence I can really say.")],
        },
        action={
            "what": "Answer the next request with what it would push out, before I answer yes or no.",
            "first_step": "Put the sentence on a card beside my screen.",
        },
    ),
]
LIBRARY_NEXT = [
    DemoTopic(ASHA, "Two managers, two answers", "How do I work when each of them wants the other’s no?", 30, "high"),
    DemoTopic(FINN, "My first appraisal of a friend", "How can I be fair and stay a friend?", 25, "soon"),
]
LIBRARY_REVIEWS = [
    DemoReview(
        BEN,
        on_rules="We ended on time. Two of us came late and did not say so.",
        what_helped="The long quiet.",
        rating="4",
    ),
    DemoReview(
        CARA, what_helped="That Dev really listened.", next_time="Fewer suggestions, one at a time.", rating="3"
    ),
    DemoReview(ASHA, rating="5"),
    DemoReview(DEV, rating="5"),
]
# For three dates, yes, if need be, or no.
LIBRARY_DATES = {ASHA: "yin", FINN: "yny"}
CLINIC_PAST = [
    DemoTopic(
        JO,
        "How can I open a clinic in a village that did not ask for one?",
        "How can I find out what would be welcome?",
        minutes=35,
        said={
            "open-questions": [
                (HANA, "question", "Who would be sorry if it did not open?"),
                (KEMI, "question", "What do people there do today when they fall ill?"),
                (INES, "question", "What would you do first if opening were not your task?"),
            ],
            "options": [
                (BEN, "experience", "We began with one afternoon a week in the school. People told us the rest.")
            ],
        },
        action={
            "what": "Spend two afternoons in the school with no clinic to offer, and listen.",
            "first_step": "Ring the head teacher.",
            "how_i_will_know": "I can name five things that people there would come for.",
        },
        supporter=HANA,
    ),
]
CLINIC_REVIEWS = [
    DemoReview(
        HANA, what_helped="Questions that I could not answer at once.", next_time="Start with a round.", rating="4"
    ),
    DemoReview(JO, rating="5"),
]
CLINIC_NEXT = [
    DemoTopic(KEMI, "A rota that is fair on paper only", "How can I see what fair means to each of us?", 30, "soon"),
]
