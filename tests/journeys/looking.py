"""What is wrong with a page that somebody has open: for axe, and where it is wider than its window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What depends on colours, and on what a narrow window hides: the rest is the same in every look at a page.
RULES_OF_LOOKS = {
    "runOnly": [
        "aria-hidden-focus", "button-name", "color-contrast", "label", "link-in-text-block", "link-name",
        "scrollable-region-focusable", "select-name", "target-size",
    ]
}  # fmt: skip
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Only what is wrong comes back: the whole answer is large, and there are hundreds of pages.
RUN = """async (rules) => (await axe.run(document, { ...rules, resultTypes: ['violations'] })).violations
  .map(found => ({ id: found.id, html: found.nodes[0].html }))"""
# What repeats is the same to axe, which takes seconds for a long list: the first of it are looked at.
SHORTEN = """kept => document.querySelectorAll('main :is(tbody, ul, ol, select, .cal-grid, .cal-list)')
  .forEach(list => [...list.children].slice(kept).forEach(one => one.remove()))"""
KEPT = 8
# What reaches beyond the window; and what a list cuts off, for a list does not scroll.
WIDER = """() => {
  const clipped = [...document.querySelectorAll('.list-card')].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `a table of ${e.scrollWidth} in a list of ${e.clientWidth}`);
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return clipped;
  return [...clipped, ...[...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 3).map(e => `${e.tagName}.${e.className}`)];
}"""


def too_wide(page: Page, where: str) -> list[str]:
    """What reaches beyond the window."""
    wider = page.evaluate(WIDER)
    return [f"wider than a {where}: {wider}"] if wider else []


def load_axe(page: Page) -> None:
    """Make a page ready for axe, once its width was looked at."""
    page.evaluate(SHORTEN, KEPT)
    page.evaluate(AXE)


def violations(page: Any, where: str, rules: dict[str, list[str]] = RULES) -> list[str]:
    """Axe's findings, one line each."""
    found: list[dict[str, str]] = page.evaluate(RUN, rules)
    return [f"{where}: {each['id']}: {each['html'][:160]}" for each in found]
