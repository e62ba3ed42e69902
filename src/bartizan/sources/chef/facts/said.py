# SPDX-License-Identifier: Apache-2.0
"""One resource as its record says it, by field: what is unknown stays visible as such."""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.host_value import hides, line_of, number_of, text_of, why
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN, Tail
from bartizan.model.record import Json, Record
from bartizan.sources.chef.resource_types import TYPES

_TAKES_AWAY = frozenset({"remove", "delete", "purge", "disable", "umount", "unmount"})


class Said(Struct, frozen=True, kw_only=True):
    """A resource of a run."""

    host: str
    record: str
    """Id of its record."""
    of: str
    """Its kind: `user`, `file`, ..."""
    type: str
    title: str
    name: Json
    file: str
    line: int
    doubt: str
    guarded: bool
    actions: tuple[str, ...]
    """What is done; `?` for what is not known."""
    parameters: Mapping[str, Json]

    @classmethod
    def of_record(cls, record: Record) -> "Said | None":
        """Read a record; None for one of a type that is not known."""
        body = record.body
        type_, given = text_of(body.get("type")), body.get("parameters")
        if type_ not in TYPES:
            return None
        actions = body.get("actions")
        return cls(
            host=record.account,
            record=record.id,
            of=TYPES[type_].of,
            type=type_,
            title=text_of(body.get("title")),
            name=body.get("name"),
            file=text_of(body.get("file")),
            line=line_of(body.get("line")),
            doubt=text_of(body.get("doubt")),
            guarded=body.get("guarded") is True,
            actions=tuple(
                one if isinstance(one, str) else "?"
                for one in (actions if isinstance(actions, list) else [])
            ),
            parameters=given if isinstance(given, dict) else {},
        )

    @property
    def called(self) -> str:
        """What it is about; empty where that is not known."""
        return text_of(self.name)

    def names(self) -> tuple[str, ...]:
        """Return all that it is about: packages may be a list."""
        items = self.name if isinstance(self.name, list) else [self.name]
        return tuple(one for item in items if (one := text_of(item)))

    @property
    def idle(self) -> bool:
        """Nothing is done unless another resource asks for it."""
        return all(one == "nothing" for one in self.actions)

    def hidden(self, name: str) -> bool:
        """Tell whether a property is there, and its value is not to be had."""
        return hides(self.parameters.get(name))

    def text(self, name: str, default: str = "") -> str:
        """Return a property as text; `default` where it is not there."""
        value = self.parameters.get(name)
        return default if value is None else text_of(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a property that may be one text or a list of them."""
        value = self.parameters.get(name)
        items = value if isinstance(value, list) else [value]
        return tuple(one for item in items if (one := text_of(item)))

    def number(self, name: str) -> int | None:
        """Return a property that is a whole number, or text of one; None for all others."""
        return number_of(self.text(name))

    def state(self) -> str:
        """Return whether what it is about will be there."""
        if self.doubt or self.guarded or "?" in self.actions or self.idle:
            return UNCERTAIN
        last = [one for one in self.actions if one != "nothing"][-1]
        return ABSENT if last in _TAKES_AWAY else PRESENT

    def tail(self, state: str, *, columns: Mapping[str, str] | None = None) -> Tail:
        """Return the last columns of a row; `columns` says which column each property fills."""
        hidden = (name for name, made in (columns or {}).items() if self.hidden(made))
        return Tail(
            source="chef",
            file=self.file,
            line=self.line,
            state=state,
            unknown=tuple(sorted(hidden)),
        )

    def gap(self, reason: str, *, code: str = "malformed") -> Unread:
        """Return the row that says what of this resource could not be read."""
        return Unread(
            provider="chef",
            account=self.host,
            region="",
            service="chef",
            operation=f"{self.file}:{self.line}",
            action="",
            kind="Chef::Resource",
            resource=self.record,
            code=code,
            reason=reason,
        )


def nameless(said: Said, what: str) -> Unread:
    """Return the row that says that it is not known what a resource is about."""
    reason = why(said.name)
    return said.gap(
        f"which {what} it is about is not known" + (f": {reason}" if reason else ""),
        code="not-understood",
    )
