# SPDX-License-Identifier: Apache-2.0
"""Records of repositories to facts, as one pure function."""

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.record import Records
from bartizan.sources.terraform.pipeline.told import rows

VERSION = "repository-1"
"""Raised with every change after which the same records give other facts."""


class RepositoryNormaliser(Struct, frozen=True):
    """Derives facts from what repositories tell."""

    version: str = VERSION

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive the tables of code and pipelines."""
        del before
        return Facts.of(rows(records))
