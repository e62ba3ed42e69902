# SPDX-License-Identifier: Apache-2.0
"""What associations of Systems Manager run on instances, and who decides on it.

A document is run in its default version, its latest one or a fixed one: which of them somebody
can change is another question each. Whoever makes an association, or changes one, chooses its
document and its hosts.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Association, Workload
from bartizan.model.step import Ability, Condition, Foothold, Step
from bartizan.reason.authz.aws.steps.hidden import ANY, shown
from bartizan.reason.authz.aws.steps.over import reports, unmanaged
from bartizan.reason.authz.aws.steps.scene import Scene

INSTANCE = "AWS::EC2::Instance"
DEFAULT, LATEST = "$DEFAULT", "$LATEST"
ALL = "association/*"
"""Added to the place of an account in a region: what its associations run, and where."""
AGENT = Condition(text="the Systems Manager agent runs there", key="assume:ssm-agent", effort=0)

RUN = "run-document"
"""Technique of the steps from who decides to the instances."""
_KIND = "AWS::SSM::Association"
_NAMED, _TAG = "InstanceIds", "tag:"


def written(document: str, version: str) -> str:
    """Name what somebody decides on who makes new versions of a document, or sets the default."""
    return f"{document}:{version}"


def associations(scene: Scene, account: str) -> Iterator[tuple[Association, tuple[str, ...]]]:
    """Yield the associations of an account, each with what would have to be read to be sure of it:
    where they were not listed there may be any.
    """
    for row in scene.estate.facts.made(Association, _by_account).get(account, ()):
        yield row, ()
    missing = scene.estate.gaps.of_kind(_KIND, account=account)
    for place in places(scene, account) if missing else ():
        hidden = Association(
            arn=f"{place}:association/{ANY}",
            account=account,
            region=place.split(":")[3],
            document=f"{place}:document/{ANY}",
            version=DEFAULT,
            targets=(f"{_NAMED}=*",),
        )
        yield hidden, missing


def documents(scene: Scene, account: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the documents of an account that associations run, here or in other accounts, each
    with the version, and what would have to be read to be sure.
    """
    known = scene.estate.facts.made(Association, _by_owner).get(account, ())
    hidden = {
        (row.document, row.version): gaps for row, gaps in associations(scene, account) if gaps
    }
    return {**hidden, **{(row.document, row.version): () for row in known}}


def places(scene: Scene, account: str) -> Sequence[str]:
    """Return how ARNs begin of what Systems Manager has where an account has instances."""
    arns = (row.arn.split(":") for row in scene.workloads(account, INSTANCE))
    return sorted({f"arn:{arn[1]}:ssm:{arn[3]}:{account}" for arn in arns})


def _by_account(rows: Sequence[Association]) -> Mapping[str, Sequence[Association]]:
    return _sorted(rows, lambda row: row.account)


def _by_owner(rows: Sequence[Association]) -> Mapping[str, Sequence[Association]]:
    return _sorted([row for row in rows if row.document], lambda row: account_of(row.document))


def _sorted(
    rows: Sequence[Association], key: Callable[[Association], str]
) -> Mapping[str, Sequence[Association]]:
    found: dict[str, list[Association]] = {}
    for row in sorted(rows, key=lambda row: row.arn):
        found.setdefault(key(row), []).append(row)
    return found


def steps(scene: Scene, accounts: Collection[str] | None = None) -> Iterator[Step]:
    """Yield on which instances somebody runs code who decides on documents or associations; where
    `accounts` are given, if the instance or the document is in one of them.
    """
    for account in sorted(scene.estate.accounts):
        hosts = scene.workloads(account, INSTANCE)
        whole = accounts is None or account in accounts
        for row, missing in associations(scene, account):
            if not row.document or row.version not in {DEFAULT, LATEST}:
                continue
            if not whole and account_of(row.document) not in (accounts or ()):
                continue
            needs = shown(written(row.document, row.version))
            for host in hosts:
                doubt = _doubt(row, host) if host.region == row.region else None
                if doubt is not None:
                    why = f"is run by {shown(row.arn)}"
                    doubt = (*missing, *doubt)
                    yield _run(scene, host, needs, why, missing=doubt, by=shown(row.arn))
        for host in hosts if whole else ():
            place = host.arn.split(":")
            needs = f"arn:{place[1]}:ssm:{place[3]}:{account}:{ALL}"
            yield _run(scene, host, needs, "may be a target of any association")


def _run(
    scene: Scene,
    host: Workload,
    needs: str,
    why: str,
    *,
    missing: tuple[str, ...] = (),
    by: str = "",
) -> Step:
    runs = shown(host.arn)
    hidden = scene.hidden.get(host.arn)
    attempt = reports(scene, host)
    missing = (*missing, *(hidden.missing if hidden else ()))
    missing = (*missing, *(attempt.missing if attempt else (unmanaged(host.account),)))
    conditions = (AGENT, *(attempt.conditions if attempt else ()))
    named = (Evidence(subject=by, why=f"runs {needs} on {runs}"),) if by else ()
    return Step(
        technique=RUN,
        needs=(Foothold(Ability.WRITE.value, needs),),
        grants=Foothold(Ability.RUN_CODE.value, runs),
        cost=1 + sum(one.effort for one in conditions),
        conditions=conditions,
        evidence=(
            Evidence(subject=runs, why=why),
            *named,
            *(attempt.decision.because if attempt else ()),
        ),
        asks=(attempt.ask,) if attempt else (),
        missing=tuple(sorted({*missing})),
    )


def _doubt(row: Association, host: Workload) -> tuple[str, ...] | None:
    """Return what is not known of whether an association is for a host: nothing where it is; None
    where it is not.

    Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
    """
    keys: dict[str, set[str]] = {}
    for target in row.targets:
        key, _, value = target.partition("=")
        keys.setdefault(key, set()).add(value)
    fits = [_fits(key, values, host) for key, values in keys.items()]
    if not any(one is not False for one in fits):
        return None
    # How several of them go together is not said of associations.
    return () if all(fits) else (f"targets of {shown(row.arn)}",)


def _fits(key: str, values: set[str], host: Workload) -> bool | None:
    """Tell whether a host has what a target asks for; None where that is not known."""
    if key == _NAMED:
        return "*" in values or host.arn.rpartition("/")[2] in values or ANY in host.arn
    if key.startswith(_TAG):
        return host.tags.get(key.removeprefix(_TAG)) in values or ANY in host.arn
    return None
