"""The plugin: the index after the build, the element on each page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from .command import copy_published, has_index, log, publish
from .options import FOLDER, Options, element_attributes, index_arguments, model_of, version_of
from .place import add_to_head, place

FOLLOW_THEME = Path(__file__).with_name("follow-theme.js")


class MvpRerankPlugin(BasePlugin[Options]):
    def __init__(self) -> None:
        self._is_serving = False
        self._hidden: set[str] = set()
        self._has_warned = False
        # The plugin i18n builds other languages within the build of the first.
        self._depth = 0

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # With this method, MkDocs keeps the plugin from build to build.
        self._is_serving = command == "serve"

    def on_build_error(self, *, error: Exception) -> None:
        self._depth = 0

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        if any(name in config.plugins for name in ("search", "material/search")):
            log.warning("The plugin search shows a search of its own. Remove it from plugins in mkdocs.yml.")
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        self._depth += 1

    # Late: plugins such as i18n change pages first.
    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if not self.config.enabled:
            return output
        search = page.meta.get("search")
        if isinstance(search, dict) and search.get("exclude"):
            self._hidden.add(page.file.dest_uri)
        base = get_relative_url(".", page.url).rstrip("/") + "/"
        is_ready = not self._is_serving or has_index(_project(config))
        attributes = element_attributes(self.config, base) if is_ready else None
        placed = place(output, config.theme.name or "", attributes)
        if placed is None:
            self._warn_once(config)
            return output
        head = f'<script type="module" src="{escape(base)}{FOLDER}/follow-theme.js"></script>' if is_ready else ""
        version = version_of(page.url, self.config.versions)
        if version:
            head += f'<meta name="docsearch:version" content="{escape(version)}">'
        return add_to_head(placed, head)

    # Last: other plugins write pages too, and i18n builds the other languages here.
    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self._depth -= 1
        if not self.config.enabled or self._depth > 0:
            return
        project, site = _project(config), Path(config.site_dir)
        if not self._is_serving:
            arguments = index_arguments(self.config, self._hidden)
            publish(project, site, model_of(self.config), arguments, [FOLLOW_THEME])
        elif not has_index(project):
            log.info("The search index is made by `mkdocs build`: run it once.")
            return
        copy_published(project, site / FOLDER)

    def _warn_once(self, config: MkDocsConfig) -> None:
        if not self._has_warned:
            log.warning(
                "The theme %s has no known place for the search. Write <mvp-search></mvp-search> into a template.",
                config.theme.name,
            )
        self._has_warned = True


def _project(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent
