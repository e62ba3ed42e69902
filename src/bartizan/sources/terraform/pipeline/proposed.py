# SPDX-License-Identifier: Apache-2.0
"""Whether the steps of a job run what somebody proposes, and which folders they plan.

Sources: https://docs.github.com/en/actions/reference/security/secure-use,
https://github.com/actions/checkout and https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from bartizan.sources.terraform.pipeline import shell
from bartizan.sources.terraform.pipeline.yaml_text import Node

_HEAD = re.compile(
    r"pull_request\.(?:head\.|merge_commit_sha)|github\.head_ref|refs/pull/"
    r"|workflow_run\.(?:head_|pull_requests)|github\.event\.(?:issue\.)?number"
)
_OWN = re.compile(r"\$\{\{\s*github\.(?:ref|sha|ref_name|base_ref|event\.repository\.\w+|"
                  r"event\.pull_request\.base\.\w+)\s*\}\}")  # fmt: skip
_FETCHES = re.compile(r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull)\b[^\n]{0,300}\bpull/")
_SAID = re.compile(
    r"\$\{\{[^}]{0,300}\b(?:github\.head_ref|github\.event\.(?:pull_request\.(?:title|body|head\.ref|head\.label)"
    r"|issue\.(?:title|body)|comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)"
    r"|workflow_run\.(?:head_branch|display_title)))\b[^}]{0,300}\}\}"
)
"""Expressions that hold what somebody wrote, which becomes a part of the command."""
_LEAVES = re.compile(
    r"(?:actions/(?:cache|checkout|create-github-app-token|download-artifact|github-script|labeler"
    r"|setup-\w+|stale|upload-artifact)|aws-actions/configure-aws-credentials"
    r"|hashicorp/setup-terraform|opentofu/setup-opentofu|terraform-linters/setup-tflint)@.*"
)
"""Actions that leave the code beside them alone."""
_PLANS = re.compile(r"dflook/(?:terraform|tofu)-(?:plan|apply|refresh|destroy|test|validate)@.*")
_ALWAYS = re.compile(r"(?:\$\{\{)?\s*(?:always\(\)|success\(\)|!cancelled\(\)|true)\s*(?:\}\})?")
_INSIDERS = re.compile(
    r"(?:\$\{\{)?\s*(?:github\.event\.pull_request\.head\.repo\.full_name\s*==\s*github\.repository"
    r"|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo\.full_name"
    r"|!\s*github\.event\.pull_request\.head\.repo\.fork"
    r"|github\.event\.pull_request\.head\.repo\.fork\s*==\s*false)\s*(?:\}\})?"
)

_MOST_FOLDERS = 20
"""Checkouts that are told apart."""


class Steps(Struct):
    """The steps of a job, as they are gone through."""

    place: str
    """File and job, for what is doubted."""
    folder: str
    """Where commands run, if a step does not say."""
    checks_out: bool
    """A checkout that says nothing takes what is proposed."""
    proposed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Folder that holds what is proposed to what would have to be known of that."""

    def ways(self, steps: Iterable[Node]) -> Iterator[tuple[str, ...]]:
        """Yield, for each step that may run what is proposed, what would have to be known."""
        for step in steps:
            guarded = guard(step.get("if"), self.place)
            if guarded is None:
                continue
            if step.get("uses").text.startswith("actions/checkout@"):
                self._checkout(step.get("with"), guarded)
                continue
            script = f"{step.get('run').text}\n{step.get('with', 'script').text}"
            if _SAID.search(script):
                yield guarded
            if _FETCHES.search(script):
                self.proposed["."] = guarded
            for folder, doubts in self.proposed.items():
                found = self._runs(step, folder)
                if found is not False:
                    what = (f"whether line {step.line} of {self.place} runs what is proposed",)
                    yield tuple(sorted({*doubts, *guarded, *(what if found is None else ())}))

    def _checkout(self, said: Node, guarded: tuple[str, ...]) -> None:
        """Note what a checkout puts where: what stood there goes, unless it may be left out."""
        where = shell.within(".", said.get("path").text or ".")
        if len(self.proposed) > _MOST_FOLDERS:
            where = "."
        asked = f"{said.get('ref').text} {said.get('repository').text}".strip()
        if _HEAD.search(asked) or (not asked and self.checks_out):
            self.proposed[where] = guarded
        elif "${{" in _OWN.sub("", asked):
            what = f"what line {said.line} of {self.place} checks out"
            self.proposed[where] = tuple(sorted({*guarded, what}))
        elif (held := self.proposed.pop(where, None)) is not None and guarded:
            self.proposed[where] = tuple(sorted({*held, *guarded}))

    def _runs(self, step: Node, proposed: str) -> bool | None:
        """Tell whether a step runs what lies in a folder; None where nobody knows."""
        uses, text = step.get("uses").text, step.get("run").text
        if uses.startswith("./"):
            return True if _below(shell.within(".", uses), proposed) else None
        if uses:
            return True if _PLANS.fullmatch(uses) else (False if _LEAVES.fullmatch(uses) else None)
        found = shell.runs(text)
        here = step.get("working-directory").text or self.folder
        near = _below(shell.within(".", here), proposed) or proposed in text
        return found if near or not found else None

    def planned(self, steps: Iterable[Node]) -> Iterator[str]:
        """Yield the folders that steps plan or apply."""
        for step in steps:
            here = step.get("working-directory").text or self.folder
            yield from shell.folders(step.get("run").text, here)
            if _PLANS.fullmatch(step.get("uses").text):
                yield shell.within(".", step.get("with", "path").text or ".")


def _below(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def guard(condition: Node, place: str) -> tuple[str, ...] | None:
    """Return what would have to be known of a condition for it to hold for people outside; None
    where it surely does not.
    """
    text = condition.text.strip()
    if not text or _ALWAYS.fullmatch(text):
        return ()
    if _INSIDERS.fullmatch(text) or text in {"false", "${{ false }}"}:
        return None
    return (f"whether the condition in line {condition.line} of {place} lets people outside in",)
