# SPDX-License-Identifier: Apache-2.0
"""What a repository says of who runs its code, from its files alone. Nothing is run."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bartizan.model.record import Record
from bartizan.sources.terraform.pipeline import atlantis, gitlab, gitlab_whole
from bartizan.sources.terraform.pipeline.content import content, digest
from bartizan.sources.terraform.pipeline.root import roots
from bartizan.sources.terraform.pipeline.told import Said, Told, Unclear, record
from bartizan.sources.terraform.pipeline.tree import OF_OTHERS, Tree
from bartizan.sources.terraform.pipeline.workflow import Whereabouts, jobs
from bartizan.sources.terraform.pipeline.yaml_text import CannotReadError, Node, read

_YAML = (".yml", ".yaml")
_WORKFLOWS = ".github/workflows"
_OTHERS = re.compile(
    r"\.(?:cirrus|drone|gitlab-ci|travis|woodpecker)\.ya?ml|atlantis\.yaml"
    r"|(?:.*\.)?jenkinsfile(?:[.-].*)?|(?:azure-pipelines|buildspec)(?:[.-].*)?\.ya?ml"
    r"|(?:appveyor|bitbucket-pipelines|cloudbuild|codefresh|digger|env0)\.ya?ml",
    re.IGNORECASE,
)
"""Names of files of pipelines that are not read, but for those of GitLab and Atlantis at the top
of a repository, and what the one of GitLab takes in."""


class Repository(Struct, frozen=True, kw_only=True):
    """What a repository tells."""

    place: Path
    records: tuple[Record, ...]
    unclear: tuple[Unclear, ...]
    """Parts of it that are not understood."""

    @classmethod
    def read(cls, place: Path, where: Whereabouts) -> "Repository":
        """Read a folder; `where` is what the user says of it.

        Raises:
            InputError: it is no folder, or holds too much.
        """
        records: dict[tuple[str, str], Record] = {}
        unclear: list[Unclear] = []
        for said in _said(Tree.read(place), where):
            if isinstance(said, Unclear):
                unclear.append(said)
            else:
                made = record(said, str(place))
                records[made.key] = made
        return cls(place=place, records=tuple(records.values()), unclear=tuple(unclear))


def _said(tree: Tree, where: Whereabouts) -> Iterator[Said]:
    run: set[str] = set()
    for said in _pipelines(tree, where):
        yield said
        if isinstance(said, Told):
            run.update(getattr(said.row, "folders", ()))
    yield from roots(tree, frozenset(run))


def _pipelines(tree: Tree, where: Whereabouts) -> Iterator[Said]:
    known = {path.as_posix() for path in tree.files}
    taken: set[str] = set()
    if gitlab_whole.FILE in known:
        whole = gitlab_whole.Whole.of(lambda name: tree.root / name if name in known else None)
        taken = set(whole.files)
        yield from gitlab.jobs(whole, where)
    workflows: dict[str, Node] = {}
    for path in tree.files:
        name = path.as_posix()
        other = path.parts[0] in OF_OTHERS or bool(_OTHERS.fullmatch(path.name))
        if (path.suffix not in _YAML and not other) or name in taken:
            continue
        place = tree.root / path
        ours = path.parent.as_posix() == _WORKFLOWS and path.suffix in _YAML
        own = name == atlantis.FILE
        if other and not own:
            yield Unclear(name, "pipelines of this kind are not read", digest(place))
            continue
        try:
            held = content(place)
            if not (ours or own or atlantis.MARK in held):
                continue
            node = read(held)
        except CannotReadError as error:
            yield Unclear(name, str(error), digest(place))
            continue
        if ours:
            workflows[name] = node
        elif own:
            yield atlantis.projects(node, where)
        else:
            yield from atlantis.server(name, node, where)
    yield from jobs(workflows, where)
