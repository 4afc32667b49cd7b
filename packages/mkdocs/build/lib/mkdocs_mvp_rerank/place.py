"""Puts the search element into a page, in the theme's own place for search."""

from __future__ import annotations

import re
from html import escape

BUILD_FIRST = "Search: build the site once"

# Each ends where the element goes.
_PLACES = {
    "material": [
        re.compile(r'<nav class="md-header__inner.*?(?=<div class="md-header__source">|</nav>)', re.DOTALL),
    ],
    "readthedocs": [re.compile(r'<div class="wy-side-nav-search">.*?(?=</div>)', re.DOTALL)],
    "mkdocs": [re.compile(r'<ul class="nav navbar-nav ms-md-auto">')],
}
_OWN = re.compile(r"<mvp-search\s*></mvp-search>")
_STYLE = {
    "material": "margin-inline: .4rem; --mvp-search-font-size: .8rem",
    "readthedocs": "display: block; margin-top: .8rem",
    "mkdocs": "",
}


def place(page: str, theme: str, attributes: dict[str, str] | None) -> str | None:
    """
    The page with the element; without attributes, with a note that the index is missing. None if the page has no place:
    the theme is none of those above, and no template of it says `<mvp-search></mvp-search>`.
    """
    element = _element(attributes, _STYLE.get(theme, ""))
    if _OWN.search(page):
        return _OWN.sub(lambda _: element, page)
    for pattern in _PLACES.get(theme, []):
        found = pattern.search(page)
        if found:
            shown = f'<li class="nav-item">{element}</li>' if theme == "mkdocs" else element
            return page[: found.end()] + shown + page[found.end() :]
    return None


def add_to_head(page: str, markup: str) -> str:
    return page.replace("</head>", f"{markup}</head>", 1)


def _element(attributes: dict[str, str] | None, style: str) -> str:
    styled = f' style="{style}"' if style else ""
    if attributes is None:
        return f"<small{styled}>{BUILD_FIRST}</small>"
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<mvp-search{written}{styled}></mvp-search>"
