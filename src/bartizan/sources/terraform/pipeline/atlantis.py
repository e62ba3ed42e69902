# SPDX-License-Identifier: Apache-2.0
"""Servers of Atlantis, which plan whatever is proposed in the repositories that they serve;
planning runs code, before anybody has approved of it.

What a repository says itself is taken from what is proposed, so that neither requirements nor
workflows in it guard anything; which folders are planned is what it tells.

Sources: https://www.runatlantis.io/docs/server-configuration,
https://www.runatlantis.io/docs/repo-level-atlantis-yaml and
https://www.runatlantis.io/docs/security
"""

from collections.abc import Iterator

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline import shell
from bartizan.sources.terraform.pipeline.shell import ANY
from bartizan.sources.terraform.pipeline.told import Told
from bartizan.sources.terraform.pipeline.workflow import Whereabouts
from bartizan.sources.terraform.pipeline.yaml_text import Node

MARK = b"repo-allowlist"
"""What stands in a file of such settings."""
FILE = "atlantis.yaml"
"""What the top of a repository says of its folders."""
_LABEL = "atlantis"
_TRUE = frozenset({"true", "yes", "on"})


def server(path: str, node: Node, where: Whereabouts) -> Iterator[Told]:
    """Yield the server that a file of settings is of; nothing where it is none."""
    served = node.get("repo-allowlist")
    if not served.text:
        return
    forks = node.get("allow-fork-prs")
    unsure = bool(forks.text) and forks.text.lower() not in {"false", "no", "off", *_TRUE}
    doubts = (f"what line {forks.line} of {path} says of forks",) if unsure else ()
    yield _job(
        f"{path}#atlantis",
        where,
        repository=served.text,
        proposals=unsure or forks.text.lower() in _TRUE,
        doubts=doubts,
        folders=(ANY,),
        file=path,
        line=forks.line if forks.text else served.line,
    )


def projects(node: Node, where: Whereabouts) -> Told:
    """Return what a repository has planned, by what stands in its own file; without a project all
    folders are found out.
    """
    named = where.name or "this repository"
    folders: set[str] = set()
    held = node.get("projects").items
    for project in held:
        own = shell.within(".", project.get("dir").text or ".")
        folders |= {own, *_commanded(node, project, own)}
    mode = node.get("autodiscover", "mode").text.lower() or "auto"
    if mode == "enabled" or (mode != "disabled" and not held):
        folders.add(ANY)
    return _job(
        f"{FILE}#atlantis",
        where,
        repository=where.name,
        proposals=True,
        doubts=(f"whether Atlantis plans what is proposed from forks of {named}",),
        folders=tuple(sorted(folders)),
        file=FILE,
        line=node.get("projects").line,
    )


def _commanded(node: Node, project: Node, folder: str) -> Iterator[str]:
    """Yield the folders that commands of a project's workflow plan besides its own."""
    stages = node.get("workflows", project.get("workflow").text or "default").members.values()
    steps = (step.get("run") for stage in stages for step in stage.get("steps").items)
    texts = (run.text or run.get("command").text for run in steps)
    for text in texts:
        yield from shell.folders(text, folder)


def _job(
    id_: str,
    where: Whereabouts,
    *,
    repository: str,
    proposals: bool,
    doubts: tuple[str, ...],
    folders: tuple[str, ...],
    file: str,
    line: int,
) -> Told:
    """Return what a server runs, as its own machine."""
    machine = (where.machines or {}).get(_LABEL, "")
    row = PipelineJob(
        id=id_,
        system="atlantis",
        repository=repository,
        proposals=proposals,
        doubts=doubts,
        folders=folders,
        issuer="",
        subjects=(),
        proposed_subjects=(),
        machines=(machine,) if machine else (),
        runners=() if machine else (_LABEL,),
        secrets=(),
        file=file,
        line=line,
    )
    return Told(id_, row)
