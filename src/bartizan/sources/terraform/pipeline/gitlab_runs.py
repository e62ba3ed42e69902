# SPDX-License-Identifier: Apache-2.0
"""For what jobs of GitLab run: branches, tags and merge requests.

Sources: https://docs.gitlab.com/ci/yaml/#rules, https://docs.gitlab.com/ci/yaml/workflow/,
https://docs.gitlab.com/ci/jobs/job_rules/ and https://docs.gitlab.com/ci/yaml/deprecated_keywords/
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from bartizan.sources.terraform.pipeline.yaml_text import Node

ANY = "*"
"""A name that is not told."""
_QUOTED = r"""(?:"([^"$*]+)"|'([^'$*]+)')"""
_MERGE = re.compile(
    r"""\$CI_PIPELINE_SOURCE\s*==\s*["']merge_request_event["']|\$CI_MERGE_REQUEST_I?ID"""
)
_ONE_BRANCH = re.compile(rf"\$CI_COMMIT_BRANCH\s*==\s*{_QUOTED}")
_BRANCH = re.compile(r"\$CI_COMMIT_BRANCH(?:\s*==\s*\$CI_DEFAULT_BRANCH)?")
_ONE_TAG = re.compile(rf"\$CI_COMMIT_TAG\s*==\s*{_QUOTED}")
_TAG = re.compile(r"\$CI_COMMIT_TAG")
_SOURCE = re.compile(
    r"""\$CI_PIPELINE_SOURCE\s*==\s*["'](?:api|push|schedule|trigger|web|webide)["']"""
)
_SOURCES = frozenset(
    {"api", "chat", "external", "pipelines", "pushes", "schedules", "triggers", "web"}
)
"""Words of `only` for what starts a pipeline of a branch or a tag."""


class Runs(Struct, frozen=True):
    """For what a job runs."""

    refs: frozenset[tuple[str, str]]
    """`branch` or `tag` with its name; `ANY` for one that is not told."""
    merge: tuple[str, ...] | None
    """What would have to be known for it to run for merge requests; None where it does not."""


_REFS = frozenset({("branch", ANY), ("tag", ANY)})
_PUSHED = Runs(_REFS, None)
"""What a job runs for that says nothing: it is not added to pipelines of merge requests."""
_NEVER = Runs(frozenset(), None)


def runs(job: Node, workflow: Node, place: str) -> Runs:
    """Return for what a job runs, of which `place` is the name, within what its whole pipeline
    runs for.
    """
    whole = _ruled(workflow.get("rules").items, place) if "rules" in workflow.members else None
    if "rules" in job.members:
        own = _ruled(job.get("rules").items, place)
    elif "only" in job.members or "except" in job.members:
        own = _limited(job.get("only"), job.get("except"), place)
    else:
        return whole or _PUSHED
    return own if whole is None else _both(own, whole)


def _ruled(rules: Iterable[Node], place: str) -> Runs:
    """The first rule that holds decides; without one the job is left out."""
    found, barred = _NEVER, _NEVER
    before: tuple[str, ...] = ()
    for rule in rules:
        held, sure = _condition(rule, place)
        here = f"the rule in line {rule.line} of {place}"
        last = not {"if", "changes", "exists"} & rule.members.keys()
        if rule.get("when").text == "never":
            if sure:
                barred = _either(barred, held)
            else:
                before = (*before, f"whether {here} comes first")
        else:
            more = {"changes", "exists"} & rule.members.keys()
            doubts = (*before, f"whether {here} holds") if more else before
            way = _without(held, barred, doubts)
            if rule.get("when").text == "manual" and way.merge is not None:
                way = Runs(way.refs, (*way.merge, f"whether somebody starts {place} by hand"))
            found = _either(found, way)
        if last:
            break
    return found


def _condition(rule: Node, place: str) -> tuple[Runs, bool]:
    """Return for what a rule may hold, and whether it surely holds for all of that."""
    sure = not {"changes", "exists"} & rule.members.keys()
    text = rule.get("if").text.strip()
    if "if" not in rule.members:
        return Runs(_REFS, ()), sure
    parts = [one.strip() for one in re.split(r"&&|\|\|", text)]
    known = [_known(one) for one in parts]
    doubt = (f"whether the condition in line {rule.line} of {place} holds for merge requests",)
    if "(" in text or ("&&" in text and "||" in text):
        return Runs(_REFS, doubt), False
    if "&&" in text:
        one = next((one for one in known if one is not None), None) or Runs(_REFS, ())
        named = frozenset((kind, ANY) for kind, _ in one.refs)
        return Runs(named, None if one.merge is None else (*one.merge, *doubt)), False
    found = _NEVER
    for held in known:
        found = _either(found, Runs(_REFS, doubt) if held is None else held)
    return found, sure and not any(held in (None, _PUSHED) for held in known)


def _known(text: str) -> Runs | None:
    if _MERGE.fullmatch(text):
        return Runs(frozenset(), ())
    for kind, one, all_ in (("branch", _ONE_BRANCH, _BRANCH), ("tag", _ONE_TAG, _TAG)):
        if found := one.fullmatch(text):
            return Runs(frozenset({(kind, found[1] or found[2])}), None)
        if all_.fullmatch(text):
            return Runs(frozenset({(kind, ANY)}), None)
    return _PUSHED if _SOURCE.fullmatch(text) else None


def _limited(only: Node, but: Node, place: str) -> Runs:
    """Read the keywords that were there before `rules`."""
    names = _names(only)
    found = _PUSHED if not names else _NEVER
    for name in names:
        found = _either(found, _named(name))
    doubts: tuple[str, ...] = ()
    if set(only.members) - {"refs"} or set(but.members) - {"refs"}:
        doubts = (f"whether what line {only.line} of {place} asks for is there",)
    barred = _NEVER
    for name in _names(but):
        barred = _either(barred, _named(name))
    return _without(found, barred, doubts)


def _names(node: Node) -> tuple[str, ...]:
    held = node.get("refs").items if node.members else node.items
    return tuple(one.text for one in held)


def _named(name: str) -> Runs:
    if name == "merge_requests":
        return Runs(frozenset(), ())
    if name in {"branches", "tags"}:
        return Runs(frozenset({({"branches": "branch", "tags": "tag"}[name], ANY)}), None)
    if name in _SOURCES or name.startswith("/") or set("@$*") & set(name):
        return _PUSHED
    return Runs(frozenset({("branch", name), ("tag", name)}), None)


def _without(found: Runs, barred: Runs, doubts: tuple[str, ...]) -> Runs:
    """Take away what never gets there; what is in doubt has no name that would be sure."""
    refs = found.refs - barred.refs
    gone = {kind for kind, name in barred.refs if name == ANY}
    refs = frozenset((kind, ANY if doubts else name) for kind, name in refs if kind not in gone)
    merge = found.merge if barred.merge is None else None
    return Runs(refs, None if merge is None else (*merge, *doubts))


def _either(one: Runs, other: Runs) -> Runs:
    ways = [held.merge for held in (one, other) if held.merge is not None]
    return Runs(one.refs | other.refs, min(ways, key=len) if ways else None)


def _both(own: Runs, whole: Runs) -> Runs:
    refs = {
        (kind, name if other == ANY else other)
        for kind, name in own.refs
        for of, other in whole.refs
        if kind == of and (ANY in {name, other} or name == other)
    }
    if own.merge is None or whole.merge is None:
        return Runs(frozenset(refs), None)
    return Runs(frozenset(refs), tuple(dict.fromkeys((*own.merge, *whole.merge))))
