"""Read the pages of the documentation: their sections, blocks and tables."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.site import ROOT

#: Names from the root of the repository on.
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))


class Block(NamedTuple):
    """A fenced block: its language, its text, and the name of the file that it shows, or ""."""

    language: str
    text: str
    file: str


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections(name: str) -> list[list[Block]]:
    """Return the blocks of each section of a page; the first is the part before any `##`."""
    return [blocks(part) for part in re.split(r"^## ", page(name), flags=re.MULTILINE)]


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a text; fail if a fence is left open or indented."""
    found: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert 2 * len(found) == len(re.findall(r"^\s*(?:```|~~~)", text, re.MULTILINE))
    names = [re.match(r"# (\S+\.py)\n", body) for _, body in found]
    return [Block(language, body, name[1] if name else "") for (language, body), name in zip(found, names)]


def links(name: str) -> list[str]:
    """Return the links of a page that are not to another site, without their fragments."""
    found: list[str] = re.findall(r"\]\(([^)#]+)[^)]*\)", page(name))
    return [link for link in found if not link.startswith("https://")]


def rows(name: str, header: str) -> list[list[str]]:
    """Return the cells of the tables with a header, row by row."""
    tables: list[str] = re.findall(rf"^{re.escape(header)}\n\|[-|]+\n((?:\|.*\n)+)", page(name), re.MULTILINE)
    assert tables, header
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for t in tables for row in t.splitlines()]


def code(text: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", text)
