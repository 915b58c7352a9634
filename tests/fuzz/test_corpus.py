"""The fuzz targets run over the texts that they start from, without atheris, so that none of them rots."""

from __future__ import annotations

import pytest

from fuzz.targets import CORPUS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_finds_nothing_in_its_corpus(name: str) -> None:
    """Each has a folder with at least eight texts."""
    texts = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]
    for text in texts:
        TARGETS[name](text)
    assert len(texts) >= 8


def test_every_corpus_has_its_target() -> None:
    """A folder without a target is never read."""
    assert {path.name for path in CORPUS.iterdir()} == TARGETS.keys()
