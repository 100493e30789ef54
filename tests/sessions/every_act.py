"""Who may do what while a session runs, in which stages: a table, and what its words mean."""

from sets.processes import Captures, Part, Process, StagePlan, Who, all_processes

# What is sent | the kinds of stage in which it does something | for whom. More lines for one act add up; what stands in
# no line is refused. Who has left, and a stranger, find nothing whatever they send.
TABLE = """
go on             | before the end                  | runs
go back           | after the start                 | runs
give time         | any                             | runs
pause             | any                             | runs
skip              | before the end                  | runs
re-plan           | any                             | runs
free a place      | turn of one                     | runs
offer a place     | topic of a bid                  | runs
answer a place    | topic of a bid                  | runs, member
hand over         | any                             | runs
accept            | any                             | member
take it back      | any                             | runs
give the word on  | round                           | runs, member
ballot            | choosing among bids             | runs
marks             | choice among bids               | members
choose            | choosing among bids             | runs
share the time    | sharing the time                | runs
topic for another | topics                          | runs, scribe
note to self      | any                             | everyone
landed            | topic unless listening, closing | presenters
take out          | topic unless listening, closing | presenters
commit            | reached                         | presenters
commit            | reached without threes          | facilitator
report back       | any                             | member
report back       | report-backs                    | runs, scribe
done writing      | writes: everyone                | everyone
done writing      | writes: owners                  | members
done writing      | writes: members                 | others
done writing      | writes: presenter               | presenters
done writing      | writes: scribe                  | scribe
next to speak     | speaks: everyone                | everyone
next to speak     | speaks: members_ask             | everyone
next to speak     | speaks: members_ask in threes   | members
next to speak     | speaks: members                 | others
next to speak     | speaks: members in threes       | others
I am here         | any                             | everyone
say who is here   | any                             | runs
"""
GROUPS = {
    "runs": "facilitator, presenting facilitator, host, runner",
    "presenters": "presenter, presenting facilitator",
    "others": "member, scribe, host, runner",
    "members": "others, presenters",
    "everyone": "facilitator, members",
}
# To whom it was handed over; a facilitator who is a member, too, and presents; who hosts today.
ROLES = ("facilitator", "presenting facilitator", "host", "runner", "presenter", "scribe", "member")
OUTSIDERS = ("who left", "stranger")


def may_do(process: Process, stage: StagePlan) -> dict[str, set[str]]:
    """For each act the roles for which it does something in this stage."""
    may: dict[str, set[str]] = {}
    kinds = kinds_of(process, stage)
    for line in TABLE.strip().splitlines():
        act, where, who = (part.strip() for part in line.split("|"))
        may.setdefault(act, set()).update(roles_in(who) if kinds & set(where.split(", ")) else ())
    return may


def roles_in(words: str) -> set[str]:
    roles: set[str] = set()
    for name in words.split(", "):
        roles |= roles_in(GROUPS[name]) if name in GROUPS else {name}
    return roles


def kinds_of(process: Process, stage: StagePlan) -> frozenset[str]:
    place = process.stages.index(stage)
    reached = any(Captures.ACTION in one.captures for one in process.stages[: place + 1])
    opening, topic, closing = (stage.part == part for part in (Part.OPENING, Part.TOPIC, Part.CLOSING))
    stands = {
        "any": True,
        "before the end": not closing,
        "after the start": place > 0,
        "turn of one": topic and not process.threes,
        "topic of a bid": topic and process.uses_bids,
        "topic unless listening": topic and not stage.presenter_listens,
        "closing": closing,
        "round": stage.speaks == Who.EVERYONE_IN_TURN,
        "choosing among bids": opening and process.uses_bids,
        "choice among bids": Captures.SLOTS in stage.captures and process.uses_bids,
        "sharing the time": opening and not process.uses_bids,
        "topics": Captures.TOPIC in stage.captures,
        "report-backs": Captures.REPORT_BACK in stage.captures,
        "reached": reached,
        "reached without threes": reached and not process.threes,
        f"speaks: {stage.speaks}{' in threes' if topic and process.threes else ''}": True,
        f"writes: {stage.writes}": True,
    }
    return frozenset(kind for kind, is_so in stands.items() if is_so)


def new_in_its_kind() -> set[tuple[str, str, str]]:
    """Of each act in stages where it should go the same way, and that are alike otherwise, the first."""
    found: dict[tuple[object, ...], tuple[str, str, str]] = {}
    for process in all_processes():
        for stage in process.stages:
            alike = (stage.part, stage.presenter_listens)
            for act, roles in may_do(process, stage).items():
                found.setdefault((act, frozenset(roles), *alike), (process.slug, stage.key, act))
    return set(found.values())
