"""The plugin's options in mkdocs.yml, and what they say to the command and to the element."""

from __future__ import annotations

import re
from pathlib import PurePath

from mkdocs.config import config_options as c
from mkdocs.config.base import Config, ValidationError

FOLDER = "mvp-rerank"


class _Model(c.Type):
    def run_validation(self, value: object) -> str | bool:
        value = super().run_validation(value)
        if value is True or value == "":
            raise ValidationError("Expected a name, a folder or false.")
        return value


class Options(Config):
    enabled = c.Type(bool, default=True)
    # A shipped model or a folder of your own; false orders by words alone.
    model = _Model((str, bool), default="mvp-mini")
    # What is indexed.
    root_selector = c.Optional(c.Type(str))
    exclude_selectors = c.ListOfItems(c.Type(str), default=[])
    exclude = c.Optional(c.ListOfItems(c.Type(str)))
    filters = c.Optional(c.ListOfItems(c.Type(str)))
    max_length = c.Optional(c.Type(int))
    minutes = c.Optional(c.Type(int))
    # Folders of the site and their versions.
    versions = c.Type(dict, default={})
    # The element.
    limit = c.Optional(c.Type(int))
    placeholder = c.Optional(c.Type(str))
    param = c.Optional(c.Type(str))
    recent = c.Optional(c.Type(int))
    examples = c.Optional(c.ListOfItems(c.Type(str)))
    shortcuts = c.Type(bool, default=True)
    load = c.Choice(("focus", "manual"), default="focus")


def model_of(options: Options) -> str | None:
    return options.model or None


def index_arguments(options: Options, hidden: set[str]) -> list[str]:
    """Arguments of `mvp-rerank index`. `hidden` are the built files of pages that front matter hides from search."""
    exclude = options.exclude
    if hidden:
        exclude = [*(["**/404.html"] if exclude is None else exclude), *map(_glob_of, sorted(hidden))]
    values = {
        "model": model_of(options),
        "main": options.root_selector,
        "ignore": ", ".join(options.exclude_selectors) or None,
        "exclude": None if exclude is None else ",".join(exclude),
        "filters": None if options.filters is None else ",".join(options.filters),
        "max-length": options.max_length,
        "minutes": options.minutes,
    }
    named = [part for name, value in values.items() if value is not None for part in (f"--{name}", str(value))]
    return named if model_of(options) else [*named, "--words-only"]


def _glob_of(path: str) -> str:
    """A glob of one path alone. A comma would separate globs."""
    return re.sub(r"[\\$^*+?.()|\[\]{}!]", r"\\\g<0>", path).replace(",", "?")


def element_attributes(options: Options, base: str) -> dict[str, str]:
    """Attributes of `<mvp-search>` on a page. `base` leads from the page to the site, with a slash at its end."""
    model = model_of(options)
    values = {
        "src": f"{base}{FOLDER}/search/",
        "base": base,
        "model": model and f"{base}{FOLDER}/models/{PurePath(model).name}/",
        "limit": options.limit,
        "placeholder": options.placeholder,
        "param": options.param,
        "recent": options.recent,
        "examples": None if options.examples is None else "|".join(options.examples),
        "no-shortcuts": None if options.shortcuts else "",
        "load": None if options.load == "focus" else options.load,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def version_of(path: str, versions: dict[str, str]) -> str | None:
    """The version of the page at a path below the site: that of the longest folder that holds it."""
    folders = {str(folder).strip("/"): str(version) for folder, version in versions.items()}
    holding = [folder for folder in folders if folder == "" or f"{path}/".startswith(f"{folder}/")]
    return folders[max(holding, key=len)] if holding else None
