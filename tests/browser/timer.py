"""What the room's timer says."""

from playwright.sync_api import Page

READ = "() => document.querySelector('.timer-count')?.textContent"


def seconds_left(page: Page) -> int:
    """By the page's timer, once it counts: awaited and read at one stroke, as the page may renew itself."""
    words: str = page.wait_for_function(READ).json_value()
    minutes, _, seconds = words.removesuffix(" left").partition(":")
    return int(minutes) * 60 + int(seconds)
