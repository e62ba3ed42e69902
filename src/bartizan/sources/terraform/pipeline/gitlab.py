# SPDX-License-Identifier: Apache-2.0
"""Jobs of pipelines of GitLab: what they plan, for what they run, and whom they are.

A merge request from a fork runs in the fork, unless somebody of the project runs it there; its
configuration is the one that is proposed. Variables of a project, which may hold keys, stand in
no file.

Sources: https://docs.gitlab.com/ci/yaml/,
https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/#use-with-forked-projects and
https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline import shell
from bartizan.sources.terraform.pipeline.gitlab_runs import ANY, Runs, runs
from bartizan.sources.terraform.pipeline.gitlab_whole import FILE, Whole
from bartizan.sources.terraform.pipeline.told import Said, Told, Unclear
from bartizan.sources.terraform.pipeline.workflow import Whereabouts
from bartizan.sources.terraform.pipeline.yaml_text import Node

HOSTED = "gitlab.com"
_WORDS = frozenset(
    {
        "after_script", "before_script", "cache", "default", "image", "include", "services",
        "spec", "stages", "variables", "workflow",
    }
)  # fmt: skip
"""Names at the top of a file that are no jobs."""
_WRAPPED = re.compile(r"\bgitlab-(?:terraform|tofu)\b")
"""Programs that plan the folder that a variable names."""
_HOSTED = re.compile(r"saas-[\w-]+")
_UNTAGGED = "untagged"
"""What people call runners of their own that take jobs without tags."""
_ALL = "*"
_MOST_TEXTS = 50_000
"""Texts of all jobs, what they extend included each time."""


def jobs(whole: Whole, where: Whereabouts) -> Iterator[Said]:
    """Yield the jobs of a pipeline; parts that are not understood have the digest of all files
    that make it up.
    """
    left = _MOST_TEXTS
    for name, node in whole.node.members.items():
        if name in _WORDS or name.startswith(".") or not node.members:
            continue
        job = whole.job(name)
        left -= 1 + sum(1 for _ in job.texts())
        if left < 0:
            whole.unclear[FILE] = "it has more jobs than are followed"
            break
        yield _Job(whole, where, name, job).told()
    for what, why in whole.unclear.items():
        yield Unclear(what, why, whole.digest)


def place(name: str) -> tuple[str, str]:
    """Return the host and the path of a project; the host is empty where it is not said."""
    host, _, path = name.partition("/")
    return (host.lower(), path) if "." in host and "/" in path else ("", name)


class _Job(Struct, frozen=True):
    whole: Whole
    where: Whereabouts
    name: str
    job: Node

    def told(self) -> Told:
        """Return the row of the job; what is not understood of it is noted."""
        host, project = place(self.where.name)
        found = runs(self._ruled(self.job), self._ruled(self.whole.node.get("workflow")), self.id)
        token = bool(self._given("id_tokens").members)
        self._note(token=token, host=host)
        machines, runners = self._runners(host)
        path = project or ANY
        refs = ((path, kind, name) for kind, name in sorted(found.refs))
        subjects = tuple(f"project_path:{a}:ref_type:{b}:ref:{c}" for a, b, c in refs)
        proposed = (f"project_path:{path}:ref_type:branch:ref:{ANY}",)
        merge = found.merge is not None
        issuer = host if token else ""
        return Told(
            self.id,
            PipelineJob(
                id=self.id,
                system="gitlab",
                repository=self.where.name,
                proposals=merge,
                doubts=self._doubts(found),
                folders=tuple(sorted(self._folders())),
                issuer=issuer,
                subjects=tuple(sorted({*subjects, *(proposed if merge else ())}))
                if issuer
                else (),
                proposed_subjects=proposed if issuer and merge else (),
                machines=machines,
                runners=runners,
                secrets=(_ALL,),
                file=self.whole.file_of(self.name),
                line=self.job.line,
            ),
        )

    @property
    def id(self) -> str:
        return f"{FILE}#{self.name}"

    def _note(self, *, token: bool, host: str) -> None:
        unclear = self.whole.unclear
        if token and not host:
            unclear[f"{self.id}: tokens"] = (
                "which GitLab signs its tokens is not known: `--repository-name HOST/PROJECT`"
            )
        for key, why in (
            ("trigger", "it starts another pipeline, which is not read"),
            ("run", "its steps are not read"),
            ("inherit", "what it inherits is not followed"),
        ):
            if key in self.job.members:
                unclear[f"{self.id}: {key}"] = why
        if any("CI_JOB_JWT" in text for text in self.job.texts()):
            unclear[f"{self.id}: CI_JOB_JWT"] = "tokens of older versions are not followed"

    def _ruled(self, node: Node) -> Node:
        """Return a job or workflow whose rules stand in one list."""
        if "rules" not in node.members:
            return node
        rules = Node(node.line, tuple(self.whole.elements(node.get("rules"))))
        return Node(node.line, {**node.members, "rules": rules})

    def _given(self, key: str) -> Node:
        """Return what a job says, else what is said for all of them."""
        for held in (self.job, self.whole.node.get("default"), self.whole.node):
            if key in held.members:
                return held.get(key)
        return Node(self.job.line, "")

    def _doubts(self, found: Runs) -> tuple[str, ...]:
        if found.merge is None:
            return ()
        named = self.where.name or "the project"
        doubts = {f"whether somebody of {named} runs there what is proposed from forks"}
        held = self.job.get("environment")
        if environment := held.text or held.get("name").text:
            doubts.add(f"what guards the environment {environment} of {self.id}")
        return tuple(sorted({*doubts, *found.merge}))

    def _folders(self) -> set[str]:
        """Return the folders that are planned; what comes before the script shares its shell."""
        before = self.whole.lines(self._given("before_script"))
        first = "\n".join((*before, *self.whole.lines(self.job.get("script"))))
        found: set[str] = set()
        for text in (first, "\n".join(self.whole.lines(self._given("after_script")))):
            held = set(shell.folders(text, "."))
            found |= {shell.ANY} if held and _WRAPPED.search(text) else held
        return found

    def _runners(self, host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the machines that it runs on, and labels that nobody explains."""
        labels = list(self.whole.lines(self._given("tags")))
        if not labels and host != HOSTED:
            labels = [_UNTAGGED]
        known = self.where.machines or {}
        machines = tuple(sorted({known[one] for one in labels if one in known}))
        own = {one for one in labels if host != HOSTED or not _HOSTED.fullmatch(one)}
        return machines, () if machines else tuple(sorted(own))
