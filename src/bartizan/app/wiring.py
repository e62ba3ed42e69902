# SPDX-License-Identifier: Apache-2.0
"""Which implementation stands behind each port: the only file that names them."""

import gc
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

from bartizan.app.arrow import without_pandas
from bartizan.app.editor import EstateEditor
from bartizan.app.enforcement import Enforcement
from bartizan.app.kept import version
from bartizan.app.normalise import EstateNormaliser
from bartizan.app.paths import Engine
from bartizan.app.reasoner import Reasoner
from bartizan.app.settings import Settings, home, processes
from bartizan.engine.local import LocalEngine
from bartizan.errors import BartizanError, MissingExtraError
from bartizan.model.access import AccessAnswer
from bartizan.model.code_fix import CodeFix
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.finding import Findings
from bartizan.model.gate import Gate
from bartizan.model.moment import written
from bartizan.model.policy_check import PolicyCheck
from bartizan.model.policy_diff import PolicyDiff
from bartizan.model.rewrite import Fitted, Minimized
from bartizan.model.step import Ask
from bartizan.model.usage import Use
from bartizan.ports import Normaliser, Reporter, Snapshot, Source
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.kernel.kernel import VERSION, Kernel
from bartizan.reason.authz.aws.request import Decision
from bartizan.reason.authz.aws.steps.again import again
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.notes import notes
from bartizan.reason.authz.aws.steps.recheck import recheck
from bartizan.reason.authz.aws.steps.refusal import refusals
from bartizan.reason.host import derivation as host_steps
from bartizan.reason.host import notes as host_notes
from bartizan.reason.host import recheck as host_recheck
from bartizan.reason.host import rest as host_rest
from bartizan.reason.network.aws.steps import derivation as network_steps
from bartizan.reason.network.aws.steps import notes as network_notes
from bartizan.reason.network.aws.steps import recheck as network_recheck
from bartizan.reason.pipeline import derivation as pipeline_steps
from bartizan.reason.pipeline import notes as pipeline_notes
from bartizan.reason.pipeline import recheck as pipeline_recheck
from bartizan.report import access as told_access
from bartizan.report import decision as told
from bartizan.report import gate as told_gate
from bartizan.report import policy_diff as told_diff
from bartizan.report import rewrite as told_rewrite
from bartizan.report.comparison import COMPARISONS, ComparisonReporter
from bartizan.report.formats import REPORTERS
from bartizan.report.policy_check import POLICY_CHECK_FORMATS as _POLICY_CHECKS
from bartizan.report.policy_check import as_text as policy_check_text
from bartizan.report.remedies import CUT_FORMATS as _CUTS
from bartizan.report.text import TextReport
from bartizan.store.fingerprint import fingerprint_key
from bartizan.store.parquet import ParquetStore

REASONERS = (
    Reasoner(
        name="authz-aws", steps=steps, again=again, recheck=recheck, notes=notes, refusals=refusals
    ),
    Reasoner(
        name="network-aws",
        steps=network_steps.steps,
        again=network_steps.again,
        recheck=network_recheck.recheck,
        notes=network_notes.notes,
    ),
    Reasoner(
        name="host",
        steps=host_steps.steps,
        recheck=host_recheck.recheck,
        notes=host_notes.notes,
        following=host_steps.following,
        unread=host_rest.unread,
        beyond=frozenset({host_rest.REST}),
    ),
    Reasoner(
        name="pipelines",
        steps=pipeline_steps.steps,
        recheck=pipeline_recheck.recheck,
        notes=pipeline_notes.notes,
        following=pipeline_steps.following,
    ),
)
"""Every reasoner; one more is a room of its own and a line here."""

ORGANIZATION_ROLE = "OrganizationAccountAccessRole"
"""What AWS Organizations puts into each account that it makes."""

FORMATS = tuple(REPORTERS)
"""Names of the report formats."""

CUT_FORMATS = tuple(_CUTS)
"""Names of the formats in which the cut alone can be had."""

COMPARISON_FORMATS = tuple(COMPARISONS)
"""Names of the formats in which a comparison can be had."""

ACCESS_FORMATS = tuple(told_access.ACCESS_FORMATS)
"""Names of the formats in which answers about many requests can be had."""

GATE_FORMATS = tuple(told_gate.GATE_FORMATS)
"""Names of the formats in which the judgement of a change can be had."""

POLICY_DIFF_FORMATS = tuple(told_diff.POLICY_DIFF_FORMATS)
"""Names of the formats in which the comparison of two policies can be had."""

POLICY_CHECK_FORMATS = tuple(_POLICY_CHECKS)
"""Names of the formats in which the check of policies can be had."""


exposures = network_steps.exposures
"""What yields the ports that the Internet surely reaches, of some facts."""

_COMPILED = "authz-aws"
"""What the compiled form of authorization is kept under."""

_SPLIT_FROM = 10_000
"""Principals from which on an estate is compiled in parts."""


def now() -> str:
    """Return the time as ISO 8601 in UTC, to the second."""
    return written(datetime.now(UTC))


def today() -> date:
    """Return the day in UTC, on which overrides hold or no longer do."""
    return datetime.now(UTC).date()


def enforcement(level: str, *, overrides: Path | None, baseline: Path | None) -> Enforcement:
    """Return the rules by which a judgement is enforced.

    Raises:
        InputError: a file cannot be read as what it claims to be.
    """
    return Enforcement.read(level, overrides=overrides, baseline=baseline)


def normaliser() -> Normaliser:
    """Return what derives facts from records."""
    from bartizan.sources.aws.normalise import AwsNormaliser  # noqa: PLC0415 - slow to import
    from bartizan.sources.chef.normalise import ChefNormaliser  # noqa: PLC0415 - slow to import
    from bartizan.sources.hosts.change import changed  # noqa: PLC0415 - slow to import
    from bartizan.sources.puppet.normalise import PuppetNormaliser  # noqa: PLC0415 - slow to import
    from bartizan.sources.terraform.pipeline.normalise import RepositoryNormaliser  # noqa: PLC0415

    parts = (AwsNormaliser(), PuppetNormaliser(), ChefNormaliser(), RepositoryNormaliser())
    return EstateNormaliser(parts, changed)


def store(place: Path | None = None) -> ParquetStore:
    """Return the store at `place`, else the user's own."""
    without_pandas()
    return ParquetStore(place or home(), normaliser())


def engine(settings: Settings) -> Engine:
    """Return the road from facts to paths."""
    from bartizan.sources.aws.edit.editor import AwsEditor  # noqa: PLC0415 - slow to import
    from bartizan.sources.hosts.editor import HostEditor  # noqa: PLC0415 - slow to import

    return Engine(
        normalise=normaliser(),
        reasoners=REASONERS,
        editor=EstateEditor(AwsEditor(), (HostEditor(),)),
        settings=settings,
        version=version(),
    )


def aws(
    *,
    profile: str | None = None,
    role: str = ORGANIZATION_ROLE,
    chain: Iterable[str] = (),
    external_id: str | None = None,
    accounts: Iterable[str] = (),
    regions: Iterable[str] = (),
    endpoint_url: str | None = None,
    concurrency: int = 16,
    place: Path | None = None,
) -> Source:
    """Return the live source of AWS, which keeps its fingerprints by the key of its home.

    Raises:
        MissingExtraError: botocore is not installed.
        StoreError: the key cannot be kept.
    """
    try:
        from bartizan.sources.aws.live.settings import AwsSettings  # noqa: PLC0415 - an extra
        from bartizan.sources.aws.live.source import AwsSource  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _no_aws() from error
    settings = AwsSettings(
        key=fingerprint_key(place or home()),
        profile=profile or "",
        chain=tuple(chain),
        external_id=external_id or "",
        accounts=frozenset(accounts),
        regions=frozenset(regions),
        endpoint_url=endpoint_url or "",
        concurrency=concurrency,
        role_name=role,
    )
    return AwsSource(settings)


def aws_grant(form: str) -> str:
    """Return what the source needs to be allowed: `policy`, `terraform` or `cloudformation`.

    Raises:
        MissingExtraError: botocore is not installed.
    """
    try:
        from bartizan.sources.aws import grant  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _no_aws() from error
    return grant.text(form)


def files(places: Sequence[Path], *, kind: str | None) -> Source:
    """Return the source that reads files that AWS tools wrote.

    Raises:
        MissingExtraError: botocore is not installed.
        StoreError: the key of fingerprints cannot be kept.
    """
    try:
        from bartizan.sources.aws.files.source import FileSource  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _no_aws() from error
    return FileSource(places, kind=kind, key=fingerprint_key(home()))


def fix_report(found: CodeFix) -> bytes:
    """Render the edits of a change's code as a unified diff."""
    from bartizan.report.diff import as_diff  # noqa: PLC0415 - for this one answer

    return as_diff(found)


def gate_report(format_: str, found: Gate) -> bytes:
    """Render the judgement of a change."""
    return told_gate.GATE_FORMATS[format_](found)


def reporter(format_: str, *, out: Path | None = None) -> Reporter:
    """Return what renders findings; text is coloured where a terminal will show it."""
    if format_ == "text" and _on_terminal(out):
        return TextReport(colour=True)
    return REPORTERS[format_]()


def _on_terminal(out: Path | None) -> bool:
    """Return whether a terminal will show it, of somebody who did not refuse colours."""
    return out is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def comparison_reporter(format_: str) -> ComparisonReporter:
    """Return what renders a comparison."""
    return COMPARISONS[format_]()


def cut_report(format_: str, findings: Findings) -> bytes:
    """Render the cut alone; nothing where it was not asked for."""
    return b"" if findings.cut is None else _CUTS[format_](findings.cut, findings)


def explanation(
    ask: Ask,
    decision: Decision,
    *,
    format_: str,
    explain: bool,
    supposing: Sequence[str] = (),
) -> bytes:
    """Render one decision; without `explain` only the answer and what decided it. `supposing` says
    what was taken to be otherwise than it is.
    """
    said = told.Explanation(
        ask=ask,
        verdict=decision.verdict,
        by=decision.by,
        explicit=decision.explicit,
        rule=decision.rule if explain else "",
        supposing=tuple(supposing),
    )
    return told.as_json(said) if format_ == "json" else told.as_text(said)


def kernel(snapshot: Snapshot, facts: Facts, *, changed: bool) -> Kernel:
    """Return the fast engine over `facts`, which are the snapshot's unless they were `changed`; it
    is compiled once and kept with the snapshot.
    """
    at = snapshot.manifest.finished_at
    if changed:
        return _compiled(facts, at)
    version = f"{VERSION}-{catalogue.date()}"
    kept = snapshot.compiled(_COMPILED, version)
    if kept is not None:
        return Kernel.of_tables(kept, facts, at=at)
    made = _compiled(facts, at)
    snapshot.keep(_COMPILED, version, made.tables())
    return made


def _compiled(facts: Facts, at: str) -> Kernel:
    """Compile without the collector of cyclic garbage: there is none, and much to look through.

    Small estates are compiled here; it would take longer to start other processes.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        if facts.table(Principal).num_rows < _SPLIT_FROM:
            return Kernel.compile(facts, at=at)
        return Kernel.compile_split(facts, LocalEngine(processes()).run, at=at)
    finally:
        if collecting:
            gc.enable()


def access_report(
    format_: str, answer: AccessAnswer, *, most: int = 0, explain: bool = False
) -> bytes:
    """Render the answer to a question about many requests; `most` and `explain` are for text."""
    if format_ == "text":
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        return told_access.as_text(answer, most=most, explain=explain, colour=colour)
    return told_access.ACCESS_FORMATS[format_](answer)


def policy_check_report(format_: str, checked: PolicyCheck, *, out: Path | None = None) -> bytes:
    """Render what was found in policies; text is coloured where a terminal will show it."""
    if format_ == "text" and _on_terminal(out):
        return policy_check_text(checked, colour=True)
    return _POLICY_CHECKS[format_](checked)


def policy_diff_report(format_: str, found: PolicyDiff) -> bytes:
    """Render the comparison of two policies."""
    return told_diff.POLICY_DIFF_FORMATS[format_](found)


def policy_diff_answer(name: str, found: PolicyDiff | BartizanError) -> bytes:
    """Render the answer to one line of a batch of comparisons."""
    return told_diff.answer(name, found)


def observed(places: Sequence[Path], *, principals: Sequence[str]) -> Use:
    """Read what files say of the use of AWS; with `principals`, of theirs alone.

    Raises:
        InputError: a file cannot be read.
    """
    from bartizan.sources.aws.usage.observed import observed as gathered  # noqa: PLC0415 - slow to import

    return gathered(places, principals=principals)


def rewritten_policy(text: str) -> bytes:
    """Render a policy that was written anew, alone."""
    return told_rewrite.policy_text(text)


def minimize_report(format_: str, found: Minimized) -> bytes:
    """Render a shorter policy with what was done."""
    return told_rewrite.MINIMIZE_FORMATS[format_](found)


def fit_report(format_: str, found: Fitted) -> bytes:
    """Render a policy for what was used, with the reasons."""
    return told_rewrite.FIT_FORMATS[format_](found)


def format_schemas() -> Mapping[str, str]:
    """Return the JSON Schema of each machine format."""
    folder = resources.files("bartizan.report") / "schema"
    found = sorted(folder.iterdir(), key=lambda place: place.name)
    return {
        place.name.removesuffix(".schema.json"): place.read_text(encoding="utf-8")
        for place in found
        if place.name.endswith(".schema.json")
    }


def _no_aws() -> MissingExtraError:
    return MissingExtraError("reading AWS needs botocore", hint="pip install 'bartizan[aws]'")
