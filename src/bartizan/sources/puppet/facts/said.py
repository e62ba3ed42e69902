# SPDX-License-Identifier: Apache-2.0
"""One resource as its record says it, by field: what is hidden stays visible as such."""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.host_value import hides, line_of, number_of, text_of
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN, Tail
from bartizan.model.record import Json, Record


class Said(Struct, frozen=True, kw_only=True):
    """A resource of a catalog."""

    host: str
    record: str
    """Id of its record."""
    type: str
    title: str
    file: str
    line: int
    parameters: Mapping[str, Json]
    applied: bool
    """Puppet does what the catalog says, so far as is known."""

    @classmethod
    def of(cls, record: Record, *, applied: bool = True) -> "Said":
        """Read a record; a field of a wrong type is left empty."""
        body = record.body
        given = body.get("parameters")
        return cls(
            host=record.account,
            record=record.id,
            type=text_of(body.get("type")),
            title=text_of(body.get("title")),
            file=text_of(body.get("file")),
            line=line_of(body.get("line")),
            parameters=given if isinstance(given, dict) else {},
            applied=applied,
        )

    @property
    def idle(self) -> bool:
        """Puppet tells what it would do, and does nothing: `noop`, of the resource or the run."""
        return self.flag("noop") is True or (not self.applied and self.flag("noop") is not False)

    def hidden(self, name: str) -> bool:
        """Tell whether a parameter is there, and its value is not to be had."""
        return hides(self.parameters.get(name))

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as text; `default` where it is not there."""
        value = self.parameters.get(name)
        if value is None or value == "absent":
            return default
        return text_of(value)

    def name(self, parameter: str = "name") -> str:
        """Return what the resource is about: its name parameter, else its title."""
        return self.text(parameter) or self.title

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a parameter that may be one text or a list of them."""
        value = self.parameters.get(name)
        items = value if isinstance(value, list) else [value]
        return tuple(one for item in items if (one := text_of(item)) and one != "absent")

    def number(self, name: str) -> int | None:
        """Return a parameter that is a whole number, or text of one; None for all others."""
        return number_of(self.text(name))

    def flag(self, name: str) -> bool | None:
        """Return a parameter that says yes or no; None for all others."""
        return {"true": True, "yes": True, "false": False, "no": False}.get(self.text(name))

    def state(self, default: str = PRESENT) -> str:
        """Return whether what it is about will be there; `default` where it does not say."""
        if self.hidden("ensure") or self.idle:
            return UNCERTAIN
        ensure = self.text("ensure")
        if self.parameters.get("ensure") in ("absent", "purged"):
            return ABSENT
        return PRESENT if ensure else default

    def tail(self, state: str, *, columns: Mapping[str, str] | None = None) -> Tail:
        """Return the last columns of a row; `columns` says which column each parameter fills."""
        hidden = (name for name, made in (columns or {}).items() if self.hidden(made))
        return Tail(
            source="puppet",
            file=self.file,
            line=self.line,
            state=state,
            unknown=tuple(sorted(hidden)),
        )

    def gap(self, reason: str, *, code: str = "malformed") -> Unread:
        """Return the row that says what of this resource could not be read."""
        place = f"{self.file}:{self.line}" if self.file else ""
        return Unread(
            provider="puppet",
            account=self.host,
            region="",
            service="catalog",
            operation=place,
            action="",
            kind="Puppet::Resource",
            resource=self.record,
            code=code,
            reason=reason,
        )
