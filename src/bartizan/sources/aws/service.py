# SPDX-License-Identifier: Apache-2.0
"""What the source knows of one AWS service: its calls, and how records become facts."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.record import Overlay, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call


class Service(Struct, frozen=True, kw_only=True):
    """One service; `services/__init__.py` lists them all."""

    name: str
    """As people say it: `Lambda`."""
    calls: tuple[Call, ...]
    """What is asked; every call is read-only."""
    normalise: Callable[[Records], Iterable[Row]]
    """Pure; may look at records of other services too, and must not fail on a body that lacks a
    field: what is missing leaves the fact's field empty or, where a verdict hangs on it, gives an
    `Unread` row."""
    again: Callable[[Overlay, Facts], Iterable[Row]] | None = None
    """The same of a change, from the facts before it: for a service of very many records."""
