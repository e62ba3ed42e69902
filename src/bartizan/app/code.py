# SPDX-License-Identifier: Apache-2.0
"""How code is to be planned, in words that no tool has a say in."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

SECONDS = 300
"""How long planning may take, where nobody says otherwise."""


class Pipeline(Struct, frozen=True, kw_only=True):
    """What the user says of the repository that code is in."""

    after: Path | None = None
    """The repository with the change; None where it is not at hand."""
    before: Path | None = None
    """The repository without it; None where it has not changed, or nobody says."""
    name: str = ""
    """What it is called where its pipelines run: `acme/infra`."""
    machines: Mapping[str, str] = field(default_factory=dict)
    """Label of a runner to the ARN of the machine that it is."""


class Coded(Struct, frozen=True, kw_only=True):
    """What the user says of code."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    """Provider to where its objects lie: `aws.prod` to `222222222222/eu-west-1`."""
    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[Path, ...] = ()
    """Files with values of variables."""
    state: Path | None = None
    """What is there before the code is applied; None for nothing."""
    programs: bool = False
    """Code that would run programs is planned too, and none is run."""
    seconds: int = SECONDS
    resolve: bool = False
    """What plans hide is to be had of their code."""
    pipeline: Pipeline = field(default_factory=Pipeline)
    """The repository that it is in."""
