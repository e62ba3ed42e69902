# SPDX-License-Identifier: Apache-2.0
"""Jobs of workflows of GitHub: what they run, who starts them, and whom they are.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline import trigger
from bartizan.sources.terraform.pipeline.proposed import Steps, guard
from bartizan.sources.terraform.pipeline.told import Said, Told, Unclear
from bartizan.sources.terraform.pipeline.yaml_text import Node

ISSUER = "token.actions.githubusercontent.com"
_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-[\w.-]+")
_EXPRESSION = re.compile(r"\$\{\{(.{0,1000}?)\}\}", re.DOTALL)
_SECRET = re.compile(r"\bsecrets(?:\.(\w+)|\b)")
_OWN_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of one
_DEEPEST = 4
"""How far workflows may call one another."""
_MOST_TEXTS = 50_000
"""Texts of all jobs of one workflow, those of workflows that it calls included each time."""


class Whereabouts(Struct, frozen=True, kw_only=True):
    """What the user says of a repository."""

    name: str = ""
    """`acme/infra`; `gitlab.com/acme/infra` of GitLab."""
    machines: Mapping[str, str] | None = None
    """Label of a runner to the ARN of the machine that it is."""


class _Budget(Struct):
    """How many texts may still be looked at for one workflow and those that it calls."""

    left: int


class _Caller(Struct, frozen=True, kw_only=True):
    """How a workflow comes to run."""

    on: Node
    id: str = ""
    permissions: Node | None = None
    """What a calling job may do at most; None for one that starts by itself."""
    condition: Node | None = None
    depth: int = 0


def jobs(files: Mapping[str, Node], where: Whereabouts) -> Iterator[Said]:
    """Yield the jobs of all workflows, by the paths of their files."""
    for path, node in files.items():
        budget = _Budget(_MOST_TEXTS)
        caller = _Caller(on=node.get("on"))
        yield from _Workflow(path, node, files, where, budget).told(caller)
        if budget.left < 0:
            yield Unclear(path, "it has more jobs than are followed")


class _Workflow(Struct, frozen=True):
    path: str
    node: Node
    files: Mapping[str, Node]
    where: Whereabouts
    budget: _Budget

    def told(self, caller: _Caller) -> Iterator[Said]:
        """Yield the jobs of a workflow that a caller runs, or events."""
        for name, job in self.node.get("jobs").members.items():
            self.budget.left -= 1 + sum(1 for _ in job.texts())
            if self.budget.left < 0:
                return
            id_ = f"{caller.id}/{name}" if caller.id else f"{self.path}#{name}"
            if job.get("uses").text:
                yield from self._called(id_, job, caller)
            else:
                yield Told(id_, self._job(id_, job, caller))

    def _called(self, id_: str, job: Node, caller: _Caller) -> Iterator[Said]:
        uses = job.get("uses").text
        path = posixpath.normpath(uses)
        if not uses.startswith("./") or path not in self.files or caller.depth >= _DEEPEST:
            yield Unclear(id_, f"it runs {uses.partition('@')[0]}, which is not read")
            return
        inner = _Caller(
            on=caller.on,
            id=id_,
            permissions=self._permissions(job, caller),
            condition=job.get("if") if job.get("if").text else caller.condition,
            depth=caller.depth + 1,
        )
        yield from _Workflow(path, self.files[path], self.files, self.where, self.budget).told(
            inner
        )

    def _permissions(self, job: Node, caller: _Caller) -> Node:
        for place in (job, self.node):
            if "permissions" in place.members:
                return place.get("permissions")
        return caller.permissions or Node(job.line, "")

    def _job(self, id_: str, job: Node, caller: _Caller) -> PipelineJob:
        steps = job.get("steps").items
        machines, runners = self._runners(job.get("runs-on"))
        token = _asks(self._permissions(job, caller)) and (
            caller.permissions is None or _asks(caller.permissions)
        )
        start, doubts = self._proposed(id_, job, caller)
        own = dict.fromkeys(trigger.contexts(caller.on))
        then = trigger.proposed_contexts(start) if start else ()
        walk = Steps(id_, self._folder(job), checks_out=False)
        return PipelineJob(
            id=id_,
            system="github",
            repository=self.where.name,
            proposals=bool(start),
            doubts=doubts,
            folders=tuple(sorted(set(walk.planned(steps)))),
            issuer=ISSUER if token else "",
            subjects=self._subjects(job, tuple(own)) if token else (),
            proposed_subjects=self._subjects(job, then) if token else (),
            machines=machines,
            runners=runners,
            secrets=_secrets((*job.texts(), *self.node.get("env").texts())),
            file=self.path,
            line=job.line,
        )

    def _proposed(self, id_: str, job: Node, caller: _Caller) -> tuple[str, tuple[str, ...]]:
        """Return the event by which a job runs what somebody outside proposes, and what would
        have to be known of it: of several the one with the fewest doubts.
        """
        found: list[tuple[int, str, tuple[str, ...]]] = []
        guards = [guard(held, id_) for held in (job.get("if"), caller.condition) if held]
        environment = _environment(job)
        for start in trigger.starts(caller.on, self.where.name):
            walk = Steps(id_, self._folder(job), checks_out=start.checks_out)
            for way in walk.ways(job.get("steps").items):
                if None in guards:
                    continue
                doubts = {*start.doubts, *way, *(one for held in guards for one in held or ())}
                if environment:
                    doubts.add(f"what guards the environment {environment} of {id_}")
                found.append((len(doubts), start.event, tuple(sorted(doubts))))
        return min(found)[1:] if found else ("", ())

    def _subjects(self, job: Node, contexts: Sequence[str]) -> tuple[str, ...]:
        """Return the subjects of a job's tokens; an environment takes the place of all else."""
        environment = _environment(job)
        if environment and contexts:
            contexts = (f"environment:{'*' if '${{' in environment else environment}",)
        return tuple(sorted({f"repo:{self.where.name or '*'}:{one}" for one in contexts}))

    def _runners(self, said: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the machines that a job runs on, and labels that nobody explains."""
        held = said.get("labels").items if said.members else said.items
        labels = [one.text for one in (*held, *said.get("group").items)]
        known = self.where.machines or {}
        machines = tuple(sorted({known[one] for one in labels if one in known}))
        own = [one for one in labels if not _HOSTED.fullmatch(one)]
        return machines, () if machines else tuple(sorted(own))

    def _folder(self, job: Node) -> str:
        for place in (job, self.node):
            if found := place.get("defaults", "run", "working-directory").text:
                return found
        return "."


def _asks(permissions: Node) -> bool:
    """Tell whether a job may ask for a token that says who it is; by default it may not.

    Source: https://docs.github.com/en/actions/reference/security/oidc#workflow-permissions-for-requesting-the-oidc-token
    """
    return permissions.text == "write-all" or permissions.get("id-token").text == "write"


def _secrets(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the secrets in some texts, sorted; `*` where all are asked for."""
    found = (one for text in texts for one in _EXPRESSION.findall(text))
    names = {name or "*" for one in found for name in _SECRET.findall(one)}
    return tuple(sorted(names - {_OWN_TOKEN}))


def _environment(job: Node) -> str:
    held = job.get("environment")
    return held.text or held.get("name").text
