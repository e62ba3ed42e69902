# SPDX-License-Identifier: Apache-2.0
"""Which implementation plans code, for `wiring`'s reasons kept apart from it."""

from pathlib import Path

from bartizan.app.code import Coded
from bartizan.errors import MissingExtraError
from bartizan.model.code_plan import CodePlan


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
