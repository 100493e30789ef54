"""A hard look at the room as one person sees it: on a phone, on a laptop, and projected on a wall.

With SCREENSHOTS=/some/folder it leaves a picture of each there, light; and of the wall dark, too.
"""

import os
import re
from pathlib import Path

from tests.browser.harness import STICKING_OUT, barriers, resize
from tests.rooms.company import Guest

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "projector": (1920, 1080)}
# The letters of what is read from the back of a room, in hundredths of the screen's height.
READABLE = 100 / 30
# Where a part ends, in pixels from the top of the page.
LOWER_EDGE = """selector => document.querySelector(selector).getBoundingClientRect().bottom + scrollY"""
NAMED_TWICE = """() => [...document.querySelectorAll('[id]')].map(part => part.id)
    .filter((id, place, ids) => ids.indexOf(id) !== place)"""
LETTERS = """selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"""


def look_at(person: Guest, stage: str) -> list[str]:
    """What is wrong with the page as it is now, each in a sentence that begins with the stage and the person."""
    page, name = person.page, f"{stage}, {person.name}"
    troubles = [f"{name}: two parts are called #{twice}" for twice in page.evaluate(NAMED_TWICE)]
    for size, (width, height) in SIZES.items():
        resize(page, (width, height))
        troubles += [f"{name}: {element} sticks out at {width} px" for element in page.evaluate(STICKING_OUT)]
        for scheme in ("light", "dark"):
            troubles += [f"{name}, {size}, {scheme}: {trouble}" for trouble in barriers(page, scheme)]
            take_picture(person, stage, size, scheme)
    page.emulate_media(color_scheme="light")
    resize(page, SIZES["phone"])
    return troubles


def glance_at(person: Guest, stage: str, *, of: str, barriers_too: bool) -> list[str]:
    """The same in short: at each size for what sticks out or is too small to read from afar; for barriers at one."""
    page, name = person.page, f"{stage} of {of}, {person.name}"
    troubles = [f"{name}: {trouble}" for trouble in (barriers(page, "light") if barriers_too else ())]
    for size, (width, _height) in SIZES.items():
        sizes = letters(person, size, ".stage-name", ".timer-count")
        troubles += [f"{name}, {size}: {part} is too small" for part, high in sizes.items() if high < READABLE]
        troubles += [f"{name}: {element} sticks out at {width} px" for element in page.evaluate(STICKING_OUT)]
        take_picture(person, f"{of}-{stage}", size, "light")
    resize(page, SIZES["phone"])
    return troubles


def take_picture(person: Guest, stage: str, size: str, scheme: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder and (scheme == "light" or size == "projector"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"\W+", "-", f"{stage}-{person.name}-{size}-{scheme}".lower())
        person.page.screenshot(path=f"{folder}/{stem}.png", full_page=size == "phone")


def beyond_the_first_screen(person: Guest, size: str, *selectors: str) -> list[str]:
    """Which of these parts one has to scroll for."""
    resize(person.page, SIZES[size])
    edges = {selector: person.page.evaluate(LOWER_EDGE, selector) for selector in selectors}
    return [f"{selector} ends at {edge:.0f} px" for selector, edge in edges.items() if edge > SIZES[size][1]]


def letters(person: Guest, size: str, *selectors: str) -> dict[str, float]:
    """How high the letters of these parts are, in hundredths of the screen."""
    resize(person.page, SIZES[size])
    return {each: 100 * person.page.evaluate(LETTERS, each) / SIZES[size][1] for each in selectors}
