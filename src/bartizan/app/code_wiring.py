# SPDX-License-Identifier: Apache-2.0
"""Which implementations plan code and read plans; the part of `wiring` that is about code."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bartizan.app.code import Coded, Pipeline
from bartizan.app.settings import home
from bartizan.errors import MissingExtraError, UsageError
from bartizan.model.code_plan import CodePlan
from bartizan.model.record import Record
from bartizan.ports import Change, Source
from bartizan.store.fingerprint import fingerprint_key

if TYPE_CHECKING:
    from bartizan.sources.terraform.pipeline.change import RepositoryChange


def planned(
    places: Sequence[Path],
    coded: Coded,
    *,
    source: Path | None = None,
    place: Path | None = None,
) -> Change:
    """Return the change that plan files state, or code that is planned here; `source` is where the
    code is, `place` where the key of fingerprints lies if not at home.

    Raises:
        InputError: a file is no plan, or code cannot be planned.
        SourceError: planning takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: what plans is not installed.
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.terraform.change import PlannedChange  # noqa: PLC0415 - slow to import
    from bartizan.sources.terraform.place import Place  # noqa: PLC0415
    from bartizan.sources.terraform.plan import Plan  # noqa: PLC0415

    _check_state(places, coded)

    def evaluate(plan: Plan, where: Mapping[str, Place]) -> CodePlan:
        told = {key: f"{one.account}/{one.region}" for key, one in where.items() if one.account}
        return _made(
            source or Path(),
            Coded(accounts=told, programs=True, seconds=coded.seconds),
            values=plan.variables,
            data=plan.prior,
            predicting=False,
        )

    return PlannedChange.read(
        places,
        accounts=coded.accounts,
        key=fingerprint_key(place or home()),
        source=source,
        code_plan=functools.partial(code_plan, coded=coded),
        state=coded.state,
        evaluate=evaluate if coded.resolve else None,
    )


def repository(planned: Change, said: Pipeline) -> "RepositoryChange | None":
    """Return what is planned together with a change of its repository; None where that is not at
    hand.

    Raises:
        InputError: a folder is none, or holds too much.
        UsageError: a repository is told from before alone.
    """
    if said.after is None:
        if said.before is not None:
            raise UsageError(
                "nothing to compare with the repository from before",
                hint="name it as it will be, too: `--repository DIR`",
            )
        return None
    from bartizan.sources.terraform.pipeline.change import RepositoryChange  # noqa: PLC0415 - slow to import
    from bartizan.sources.terraform.pipeline.read import Repository  # noqa: PLC0415
    from bartizan.sources.terraform.pipeline.workflow import Whereabouts  # noqa: PLC0415

    where = Whereabouts(name=said.name, machines=said.machines)
    before = None if said.before is None else Repository.read(said.before, where)
    after = Repository.read(said.after, where)
    return RepositoryChange(planned=planned, before=before, after=after)


def loaded(places: Sequence[Path], coded: Coded, *, whole: bool, at: str) -> Source:
    """Return the source that reads what code makes, from plans, states and folders of code; with
    `whole` there is nothing else in their accounts.

    Raises:
        InputError: a file is none of these, or code cannot be planned.
        SourceError: planning takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: what plans is not installed.
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.terraform.load import CodeSource  # noqa: PLC0415 - slow to import

    _check_state(places, coded)
    return CodeSource.read(
        places,
        accounts=coded.accounts,
        key=fingerprint_key(home()),
        at=at,
        code_plan=functools.partial(code_plan, coded=coded),
        beside=functools.partial(_unasked, at=at),
        whole=whole,
    )


def _unasked(
    records: Iterable[Record], services: Sequence[str] | None, *, at: str
) -> Iterator[Record]:
    from bartizan.sources.aws.files.unasked import looked, unasked  # noqa: PLC0415 - slow to import

    return unasked(looked(records), at=at, services=services)


def _check_state(places: Sequence[Path], coded: Coded) -> None:
    """Refuse a state of which nobody says what code it belongs to."""
    if coded.state is not None and sum(place.is_dir() for place in places) != 1:
        raise UsageError("a state belongs to one folder of code", hint="name that folder")


def made_by_code(places: Sequence[Path]) -> bool:
    """Tell whether places are plans, states or folders of code, and no dumps of AWS tools.

    Raises:
        InputError: a file cannot be read or is no JSON.
        UsageError: some are and some are not.
    """
    from bartizan.sources.terraform import load  # noqa: PLC0415 - slow to import

    told = {load.made_by_code(place) for place in places}
    if len(told) > 1:
        raise UsageError(
            "some of these are made by code and some by AWS tools", hint="load them apart"
        )
    return told == {True}


def code_plan(folder: Path, coded: Coded) -> CodePlan:
    """Return the plan of a folder of code.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, or would run programs.
        SourceError: planning takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: what plans is not installed.
    """
    return _made(folder, coded)


def _made(folder: Path, coded: Coded, **more: Any) -> CodePlan:  # noqa: ANN401 - as `Asked` has it
    """Return the plan that Terraform makes; ours where it or what it takes is not installed."""
    from bartizan.sources.terraform.evaluator import planned as by_us  # noqa: PLC0415 - slow to import
    from bartizan.sources.terraform.evaluator import sizes  # noqa: PLC0415
    from bartizan.sources.terraform.provider.asked import Asked  # noqa: PLC0415
    from bartizan.sources.terraform.provider.tree import follow  # noqa: PLC0415

    asked = Asked(
        folder=folder,
        accounts=coded.accounts,
        variables=coded.variables,
        files=coded.files,
        state=coded.state,
        programs=coded.programs,
        seconds=coded.seconds,
        **more,
    )
    try:
        from bartizan.sources.terraform.provider import planned as by_terraform  # noqa: PLC0415 - an extra
    except ImportError:
        return by_us.plan(asked)
    tree = follow(asked.folder, programs=asked.programs)
    sizes.check(asked, tree)
    try:
        return by_terraform.plan(asked, tree)
    except MissingExtraError:
        return by_us.plan(asked)
