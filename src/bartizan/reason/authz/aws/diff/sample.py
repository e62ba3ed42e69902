# SPDX-License-Identifier: Apache-2.0
"""Values of condition keys worth trying: for numbers, dates, networks and truth values every
case that the tests tell apart, for texts the plainest.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from ipaddress import ip_address
from itertools import pairwise

from bartizan.reason.authz.aws.diff.condition import Test
from bartizan.reason.authz.aws.diff.text import samples as text_samples
from bartizan.reason.authz.aws.policy.comparison import moment, network, number

_FAMILIES = ("numeric", "date", "bool", "binary", "ip", "notip")
_NOTHING_SPECIAL = "x"


def family(name: str) -> str:
    """Return the family of an operator on other values than text; empty for text."""
    bare = name.partition(":")[2] or name
    found = next((one for one in _FAMILIES if bare.startswith(one)), "")
    return "ip" if found == "notip" else found


def samples(tests: Sequence[Test]) -> Iterator[str]:
    """Yield values, each once, the plain ones first."""
    seen = set()
    for value in _all(tests):
        if value not in seen:
            seen.add(value)
            yield value


def _all(tests: Sequence[Test]) -> Iterator[str]:
    by_family: dict[str, list[str]] = {}
    for test in tests:
        if test.texts is not None:
            yield from text_samples((test.texts.certain(),))
        else:
            by_family.setdefault(family(test.name), []).extend(test.values)
    for name, values in by_family.items():
        yield from _of_family(name, values)
    yield _NOTHING_SPECIAL
    if len(by_family) > 1 or any(test.texts is not None for test in tests):
        yield from ("y", "z")


def _of_family(name: str, values: list[str]) -> Iterator[str]:
    match name:
        case "numeric":
            yield from _around([found for value in values if (found := number(value)) is not None])
        case "date":
            yield from _around(
                [found for value in values if (found := moment(value)) is not None], dates=True
            )
        case "bool":
            yield from ("true", "false")
        case "ip":
            yield from _addresses(values)
        case "binary":
            yield from values
            yield "eA=="
        case _:
            message = f"unknown family of operators `{name}`"
            raise ValueError(message)


def _around(found: list[Decimal], *, dates: bool = False) -> Iterator[str]:
    """Yield each number, one between each two, and one beyond either end."""
    known = sorted(set(found))
    if not known:
        yield "0"
        return
    for number_ in known:
        yield _written(number_, dates=dates)
    for before, after in pairwise(known):
        yield _written((before + after) / 2, dates=dates)
    yield _written(known[-1] + 1, dates=dates)
    yield _written(known[0] - 1, dates=dates)


def _written(value: Decimal, *, dates: bool) -> str:
    text = format(value, "f")
    # Four digits alone would be a year.
    return f"{text}.0" if dates and "." not in text else text


def _addresses(values: list[str]) -> Iterator[str]:
    """Yield the first and the last address of each network, and their outer neighbours: all
    that networks, which nest or are apart, can tell apart.
    """
    known = [found for value in values if (found := network(value)) is not None]
    yield from ("203.0.113.77", "198.51.100.77")
    for block in known:
        first, last = block.network_address, block.broadcast_address
        yield str(first + 1 if block.num_addresses > 1 else first)
        yield str(first)
        yield str(last)
        for neighbour, size in ((int(first) - 1, 0), (int(last) + 1, 2**block.max_prefixlen)):
            if (size == 0 and neighbour >= 0) or (size and neighbour < size):
                yield str(type(first)(neighbour))
    yield from (str(ip_address(one)) for one in ("0.0.0.0", "2001:db8::77"))  # noqa: S104 - a sample
