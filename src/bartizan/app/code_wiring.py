# SPDX-License-Identifier: Apache-2.0
"""Which implementations plan code and read plans; the part of `wiring` that is about code."""

import functools
from collections.abc import Sequence
from pathlib import Path

from bartizan.app.code import Coded
from bartizan.app.settings import home
from bartizan.errors import MissingExtraError
from bartizan.model.code_plan import CodePlan
from bartizan.ports import Change
from bartizan.store.fingerprint import fingerprint_key


def planned(places: Sequence[Path], coded: Coded, *, source: Path | None = None) -> Change:
    """Return the change that plan files state, or code that is planned here; `source` is where the
    code is.

    Raises:
        InputError: a file is no plan, or code cannot be planned.
        SourceError: planning takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: what plans is not installed.
        StoreError: the key of fingerprints cannot be kept.
    """
    from bartizan.sources.terraform.change import PlannedChange  # noqa: PLC0415 - slow to import

    return PlannedChange.read(
        places,
        accounts=coded.accounts,
        key=fingerprint_key(home()),
        source=source,
        code_plan=functools.partial(code_plan, coded=coded),
        state=coded.state,
    )


def code_plan(folder: Path, coded: Coded) -> CodePlan:
    """Return the plan of a folder of code.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, or would run programs.
        SourceError: planning takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: what plans is not installed.
    """
    try:
        from bartizan.sources.terraform.provider import planned as by_terraform  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "planning code needs grpcio", hint="pip install 'bartizan[terraform]'"
        ) from error
    return by_terraform.plan(
        by_terraform.Asked(
            folder=folder,
            accounts=coded.accounts,
            variables=coded.variables,
            files=coded.files,
            state=coded.state,
            programs=coded.programs,
            seconds=coded.seconds,
        )
    )
