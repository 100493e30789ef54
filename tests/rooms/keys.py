"""The room by keyboard alone, and what it says to who hears the page."""

from playwright.sync_api import Locator, Page

MOST = 80
# Whatever changes in a part that a screen reader reads out, and alerts that come in.
HEAR = """() => {
  window.heard = [];
  const live = "[aria-live], [role=status], [role=alert], output";
  const regionOf = node => (node.nodeType === 1 ? node : node.parentElement)?.closest(live);
  const note = region => {
    const words = region.textContent.trim();
    if (words && !region.hidden) window.heard.push(words);
  };
  new MutationObserver(changes => changes.forEach(change => {
    const region = regionOf(change.target);
    if (region) note(region);
    else change.addedNodes.forEach(node => {
      if (node.nodeType === 1) [node, ...node.querySelectorAll("*")].filter(each => each.matches(live)).forEach(note);
    });
  })).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
WHERE = """() => { const at = document.activeElement;
  return at === document.body ? "nowhere" : at.id || at.textContent.trim() || at.tagName; }"""


def tab_to(page: Page, wanted: Locator) -> None:
    """By the Tab key, as often as it takes."""
    assert wanted.count() == 1, f"{wanted.count()} of {wanted}"
    for _ in range(MOST):
        if wanted.evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {MOST} tabs; the focus is at {focus_of(page)}")


def press(page: Page, words: str, *, key: str = "Enter") -> None:
    """The button of these words is tabbed to and pressed."""
    tab_to(page, page.get_by_role("button", name=words, exact=True))
    page.keyboard.press(key)


def focus_of(page: Page) -> str:
    return str(page.evaluate(WHERE))


def listen(page: Page) -> None:
    page.evaluate(HEAR)


def heard(page: Page) -> list[str]:
    return list(page.evaluate("() => window.heard"))
