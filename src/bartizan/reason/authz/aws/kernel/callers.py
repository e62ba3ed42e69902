# SPDX-License-Identifier: Apache-2.0
"""Everybody of whom the kernel answers, in the order of its bits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.index import Summed
from bartizan.reason.authz.aws.kernel.keys import Kind, Tags
from bartizan.reason.authz.aws.kernel.logic import packed
from bartizan.reason.authz.aws.kernel.tables import Ints
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

_TYPES = tuple(Caller)
_NUMBERS = {type_: number for number, type_ in enumerate(_TYPES)}
_NAMED_BY_ARN = frozenset({Caller.ROLE, Caller.USER, Caller.FEDERATED_USER})

_COLUMNS: dict[str, Any] = {
    "name": pa.large_string(),
    "type": pa.uint8(),
    "arn": pa.large_string(),
    "account": pa.string(),
    "session": pa.large_string(),
    "unique_id": pa.string(),
    "organization": pa.string(),
    "organization_known": pa.bool_(),
    "organization_path": pa.string(),
    "management_account": pa.bool_(),
    "service_linked": pa.bool_(),
    "others": pa.bool_(),
    "own": pa.map_(pa.string(), pa.string()),
    "known_account": pa.bool_(),
    "kind": pa.int32(),
    "name_sum": pa.uint32(),
    "arn_sum": pa.uint32(),
    "session_sum": pa.uint32(),
    "unique_id_sum": pa.uint32(),
}
LAYOUT = pa.schema(_COLUMNS)
"""A row for each caller; `own` and `others` are its `Tags`, equal numbers of `kind` are equal
kinds, and the sums are checksums of other columns."""


def own_names(who: RequestPrincipal) -> dict[str, bool]:
    """Return the names of `who` beside its account's, and whether each is direct.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    found: dict[str, bool] = {}
    if who.type in _NAMED_BY_ARN:
        direct = who.type is Caller.USER
        found[who.arn] = direct
        if who.unique_id:
            found[who.unique_id] = direct
    if who.session:
        found[who.session] = True
    return found


class Callers:
    """The callers of an estate with what the kernel asks of each, as a table."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table.combine_chunks()
        self.size = self.table.num_rows
        self.full = (1 << self.size) - 1
        self.names: Sequence[str] = _Strings(self.table.column("name"))
        self.arns: Sequence[str] = _Strings(self.table.column("arn"))
        """In order, as rows are sorted by them."""
        self._who: dict[int, RequestPrincipal] = {}
        self._tags: dict[int, Tags] = {}

    @classmethod
    def of(cls, estate: Estate, names: Iterable[str]) -> "Callers":
        """Look up what is known of `names`."""
        rows = [_Row.of(estate, name) for name in dict.fromkeys(names)]
        rows.sort(key=lambda row: (row.who.arn, row.name))
        kinds: dict[Kind, int] = {}
        numbered = (row.values(kinds.setdefault(row.kind, len(kinds))) for row in rows)
        columns: Any = list(zip(*numbered, strict=True)) or [()] * len(LAYOUT)
        arrays = [
            pa.array(column, type=field.type)
            for column, field in zip(columns, LAYOUT, strict=True)
        ]
        found = cls(pa.Table.from_arrays(arrays, schema=LAYOUT))
        found._who = {number: row.who for number, row in enumerate(rows)}
        found._tags = {number: row.tags for number, row in enumerate(rows)}
        return found

    def only(self, row: int) -> "Callers":
        """Return one of them as if there were no others."""
        return Callers(self.table.slice(row, 1))

    def who(self, row: int) -> RequestPrincipal:
        """Return who is in a row."""
        if row not in self._who:
            self._keep(row, self._held(row))
        return self._who[row]

    def tags(self, row: int) -> Tags:
        """Return what is known of the tags in a row."""
        if row not in self._tags:
            self._keep(row, self._held(row))
        return self._tags[row]

    def look_up(self, rows: Sequence[int]) -> None:
        """Read at once who is in some rows, and their tags, for those who ask for each."""
        left = np.array(sorted(set(rows) - self._who.keys()), dtype=np.int64)
        held = {name: column.take(left).to_pylist() for name, column in self._columns.items()}
        for place, row in enumerate(left.tolist()):
            self._keep(row, {name: values[place] for name, values in held.items()})

    def _keep(self, row: int, held: Mapping[str, Any]) -> None:
        same = {name: held[name] for name in _SAME}
        self._who[row] = RequestPrincipal(arn=held["arn"], type=_TYPES[held["type"]], **same)
        self._tags[row] = Tags(dict(held["own"]), held["others"])

    def _held(self, row: int) -> Mapping[str, Any]:
        return {name: column[row].as_py() for name, column in self._columns.items()}

    @cached_property
    def _columns(self) -> Mapping[str, Any]:
        """The columns that are read row by row."""
        names = ("type", "arn", *_SAME, "own", "others", "known_account")
        return {name: _whole(self.table.column(name)) for name in names}

    def texts(self, column: str) -> list[str]:
        """Return a column of texts."""
        found: Any = self.table.column(column).to_pylist()
        return list(found)

    def column(self, name: str, rows: NDArray[np.int64]) -> Any:  # noqa: ANN401 - the library's types are parametrised
        """Return a column of some callers, equal texts as one."""
        return _whole(self.table.column(name).take(rows)).dictionary_encode()

    def row(self, name: str) -> int:
        """Return the row of a caller.

        Raises:
            KeyError: there is none of that name.
        """
        for number in self._by_name.of(name).tolist():
            if self.names[number] == name:
                return int(number)
        raise KeyError(name)

    def rows(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of many callers.

        Raises:
            KeyError: there is none of one of these names.
        """
        asked: Any = pa.array(names, pa.large_string()).dictionary_encode()
        # The names asked for are fewer than all.
        place: Any = pc.index_in(_whole(self.table.column("name")), value_set=asked.dictionary)
        known = np.flatnonzero(np.asarray(place.is_valid()))
        rows = np.full(len(asked.dictionary), -1, dtype=np.int64)
        rows[np.asarray(place.drop_null())] = known
        found: NDArray[np.int64] = rows[np.asarray(asked.indices)]
        for number in np.flatnonzero(found < 0)[:1].tolist():
            raise KeyError(names[number])
        return found

    @cached_property
    def _by_name(self) -> Summed:
        return Summed(self._numbers("name_sum"), _count(self.size))

    def _numbers(self, column: str) -> NDArray[Any]:
        found: NDArray[Any] = self.table.column(column).to_numpy()
        return found

    def named(self, name: str) -> Iterator[tuple[int, bool]]:
        """Yield whom an ARN, session or unique id names, and whether it does so directly."""
        for number in dict.fromkeys(self._aliases.of(name).tolist()):
            direct = own_names(self.who(number)).get(name)
            if direct is not None:
                yield number, direct

    @cached_property
    def _aliases(self) -> Summed:
        held = [self._numbers(f"{name}_sum") for name in ("arn", "session", "unique_id")]
        return Summed(np.concatenate(held), np.tile(_count(self.size), len(held)))

    @cached_property
    def types(self) -> NDArray[np.uint8]:
        """The type of each caller, as its place among all types."""
        found: NDArray[np.uint8] = self.table.column("type").to_numpy()
        return found

    @cached_property
    def _kinds(self) -> tuple[tuple[Kind, ...], NDArray[np.int32]]:
        _, first, kind_of = np.unique(
            self._numbers("kind"), return_index=True, return_inverse=True
        )
        known = self._columns["known_account"]
        kinds = [
            Kind.of(self.who(row), known_account=known[row].as_py()) for row in first.tolist()
        ]
        return tuple(kinds), kind_of.reshape(-1).astype(np.int32)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of callers that there are."""
        return self._kinds[0]

    @property
    def kind_of(self) -> NDArray[np.int32]:
        """The number of each caller's kind."""
        return self._kinds[1]

    def of_kind(self, number: int) -> int:
        """Return the callers of one kind."""
        return self._of_kind[number]

    @cached_property
    def _of_kind(self) -> tuple[int, ...]:
        return tuple(packed(self.kind_of == number) for number in range(len(self.kinds)))

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return the callers of some types."""
        bits = 0
        for type_ in types:
            bits |= self._of_type[type_]
        return bits

    @cached_property
    def _of_type(self) -> dict[Caller, int]:
        return {type_: packed(self.types == number) for type_, number in _NUMBERS.items()}

    def of_rows(self, rows: Iterable[int]) -> int:
        """Return the callers in some rows."""
        bits = bytearray((self.size + 7) // 8)
        for row in rows:
            bits[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(bits, "little")

    def rows_of(self, account: str) -> Sequence[int]:
        """Return the rows of the callers of an account."""
        first, last = self._accounts.get(account, (0, 0))
        found: list[int] = self._by_account[first:last].tolist()
        return found

    @cached_property
    def _by_account(self) -> Ints:
        return np.argsort(self._account_codes, kind="stable").astype(np.int32)

    @cached_property
    def _account_codes(self) -> NDArray[np.int32]:
        found = _whole(self.table.column("account")).dictionary_encode()
        return np.asarray(found.indices.to_numpy(zero_copy_only=False))

    @cached_property
    def _accounts(self) -> dict[str, tuple[int, int]]:
        held = _whole(self.table.column("account")).dictionary_encode()
        names: Any = held.dictionary.to_pylist()
        ends = np.cumsum(np.bincount(self._account_codes, minlength=len(names))).tolist()
        starts = [0, *ends[:-1]]
        return {name: (a, b) for name, a, b in zip(names, starts, ends, strict=True)}

    @cached_property
    def service_linked(self) -> int:
        """The service-linked roles."""
        return packed(self.table.column("service_linked").to_numpy())

    @cached_property
    def retagged(self) -> int:
        """Roles whose own tags a session can replace."""
        own: Any = _whole(self.table.column("own"))
        tagged = np.diff(own.offsets.to_numpy()) > 0
        return packed(tagged & self.table.column("others").to_numpy())

    @cached_property
    def without_id(self) -> int:
        """Those whose unique id is not known."""
        ids = self.texts("unique_id")
        return packed(np.array([not id_ for id_ in ids], dtype=bool))


_SAME = (
    *("account", "session", "unique_id", "organization", "organization_known"),
    *("organization_path", "management_account", "service_linked"),
)


class _Row:
    """A caller as it is put into the table."""

    def __init__(self, name: str, who: RequestPrincipal, tags: Tags, *, known: bool) -> None:
        self.name, self.who, self.tags, self.known = name, who, tags, known

    @classmethod
    def of(cls, estate: Estate, name: str) -> "_Row":
        who = estate.caller(name)
        row = estate.principals.get(who.arn)
        own = {key.lower(): value for key, value in row.tags.items()} if row else {}
        tags = Tags(own, estate.sessions_take_tags(who.arn))
        return cls(name, who, tags, known=who.account in estate.accounts)

    @property
    def kind(self) -> Kind:
        return Kind.of(self.who, known_account=self.known)

    def values(self, kind: int) -> tuple[object, ...]:
        who = self.who
        return (
            self.name,
            _NUMBERS[who.type],
            who.arn,
            *(getattr(who, name) for name in _SAME),
            self.tags.others,
            sorted(self.tags.own.items()),
            self.known,
            kind,
            *(crc32(text.encode()) for text in (self.name, who.arn, who.session, who.unique_id)),
        )


class _Strings(Sequence[str]):
    """A column of texts, each read when it is asked for."""

    def __init__(self, column: Any) -> None:  # noqa: ANN401 - the library's types are parametrised
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, number: Any) -> Any:  # noqa: ANN401 - slices are not for these
        return self._column[int(number)].as_py()

    def __iter__(self) -> Iterator[str]:
        yield from self._column.to_pylist()


def _count(size: int) -> Ints:
    return np.arange(size, dtype=np.int32)


def _whole(column: Any) -> Any:  # noqa: ANN401 - the library's types are parametrised
    """Return a column in one piece, without copying where it is one already."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
