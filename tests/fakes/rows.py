# SPDX-License-Identifier: Apache-2.0
"""Rows of facts with everything in them that a test does not care for."""

from collections.abc import Mapping
from typing import Any, get_origin, get_type_hints

from bartizan.model.arn import Arn
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.organization import Account
from bartizan.model.table import R

ORGANIZATION = "o-acme"
ROOT = "r-1"


def row(kind: type[R], /, **given: Any) -> R:  # noqa: ANN401 - any column
    """Return a row of a table, of which all columns are empty that are not given."""
    hints = get_type_hints(kind)
    names = {*kind.__struct_fields__} - given.keys()
    plain = ((name, get_origin(hints[name]) or hints[name]) for name in names)
    empty = {name: {} if made is Mapping else made() for name, made in plain}
    return kind(**empty, **given)


def account(id_: str, *, inside: bool, management: bool) -> Account:
    return Account(
        id=id_,
        provider="aws",
        partition="aws",
        name=f"account-{id_[:3]}",
        organization=ORGANIZATION if inside else "",
        organization_path=f"{ORGANIZATION}/{ROOT}/" if inside else "",
        parent=ROOT if inside else "",
        management=management,
        status="ACTIVE",
        regions=(),
        scp=inside,
        rcp=inside,
        collected=True,
    )


def workload(arn: str, kind: str, *, role: str, related: Mapping[str, str]) -> Workload:
    place = Arn.parse(arn)
    return Workload(
        arn=arn,
        kind=kind,
        account=place.account,
        region=place.region,
        name=place.name,
        role=role,
        running=True,
        tags={},
        public=False,
        anonymous=False,
        metadata_v1=False,
        privileged=False,
        related=related,
    )
