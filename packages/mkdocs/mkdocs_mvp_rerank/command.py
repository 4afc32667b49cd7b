"""Runs the command `mvp-rerank` of the npm package, and keeps what it makes."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
from pathlib import Path

from mkdocs.exceptions import PluginError

log = logging.getLogger("mkdocs.plugins.mvp-rerank")


def published_folder(project: Path) -> Path:
    """Holds what the last build published: a build empties its own folder."""
    return project / ".cache" / "mvp-rerank"


def has_index(project: Path) -> bool:
    return (published_folder(project) / "search" / "index.json").exists()


def publish(project: Path, site: Path, model: str | None, index_arguments: list[str], files: list[Path]) -> None:
    """Makes the index of the built site, and puts it, the element, its workers and the model beside each other."""
    published = published_folder(project)
    published.mkdir(parents=True, exist_ok=True)
    report = _run(project, ["index", str(site), "--base", "", "--out", str(published / "search"), *index_arguments])
    copied = published / "copied"
    shutil.rmtree(copied, ignore_errors=True)
    copied.mkdir()
    _run(project, ["copy-assets", str(copied), *(["--model", model] if model else [])])
    shutil.copytree(copied / "mvp-rerank", published, dirs_exist_ok=True)
    shutil.rmtree(published / "models", ignore_errors=True)
    if model:
        (copied / "models").rename(published / "models")
    shutil.rmtree(copied)
    for file in files:
        shutil.copy(file, published)
    log.info("Search: %s pages, %s sections.", report["pages"], report["sections"])


def copy_published(project: Path, to: Path) -> None:
    # What is for the next build is not for visitors.
    ignore = shutil.ignore_patterns("sources.json", "unfinished.bin")
    shutil.copytree(published_folder(project), to, dirs_exist_ok=True, ignore=ignore)


def _run(project: Path, arguments: list[str]) -> dict:
    command = _find_command(project)
    done = subprocess.run([command, *arguments], cwd=project, capture_output=True, text=True, encoding="utf-8")
    told = done.stderr.strip()
    if done.returncode != 0:
        raise PluginError(f"mvp-rerank {arguments[0]} failed with exit code {done.returncode}.\n{told}")
    for line in told.splitlines():
        log.info(line)
    return json.loads(done.stdout)


def _find_command(project: Path) -> str:
    name = "mvp-rerank.cmd" if os.name == "nt" else "mvp-rerank"
    for folder in (project, *project.parents):
        command = folder / "node_modules" / ".bin" / name
        if command.exists():
            return str(command)
    command = shutil.which(name)
    if command is None:
        raise PluginError(
            "The npm package mvp-rerank is not installed. Run `npm install mvp-rerank` beside mkdocs.yml."
        )
    return command
