# SPDX-License-Identifier: Apache-2.0
"""Data that is worked out from what the code says alone; all other data is in the estate.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs, "Data Sources"
"""

import zlib
from collections.abc import Callable, Mapping

from bartizan.model.arn import Arn
from bartizan.sources.terraform.provider.document import document, written
from bartizan.sources.terraform.provider.predict import Provided, suffix
from bartizan.sources.terraform.value import Value

_Values = Mapping[str, Value]


class UntoldDataError(Exception):
    """Nothing told so far says what the data is."""


def _caller(arguments: _Values, provided: Provided) -> _Values:
    """The account alone: which principal calls is not known, and not asked for by a rule."""
    del arguments
    account = _told(provided.place.account)
    return {"account_id": account, "id": account}


def _region(arguments: _Values, provided: Provided) -> _Values:
    named = arguments.get("region") or arguments.get("name")
    region = _told(named if isinstance(named, str) else provided.place.region)
    endpoint = f"ec2.{region}.{suffix(provided.place.partition)}"
    return {"id": region, "name": region, "region": region, "endpoint": endpoint}


def _partition(arguments: _Values, provided: Provided) -> _Values:
    del arguments
    _told(provided.place.region or provided.place.account)
    partition = provided.place.partition
    ending = suffix(partition)
    reverse = ".".join(reversed(ending.split(".")))
    return {
        "id": partition,
        "partition": partition,
        "dns_suffix": ending,
        "reverse_dns_prefix": reverse,
    }


def _document(arguments: _Values, provided: Provided) -> _Values:
    del provided
    if arguments.get("source_json") or arguments.get("override_json"):
        # Versions of the provider differ in whether they pass over these.
        raise UntoldDataError
    found = document(arguments)
    text = written(found)
    return {
        "json": text,
        "minified_json": written(found, minified=True),
        "id": str(zlib.crc32(text.encode())),
        "version": arguments.get("version") or "2012-10-17",
    }


def _arn(arguments: _Values, provided: Provided) -> _Values:
    del provided
    text = arguments.get("arn")
    try:
        arn = Arn.parse(text if isinstance(text, str) else "")
    except ValueError as error:
        raise UntoldDataError from error
    return {
        "id": text,
        "partition": arn.partition,
        "service": arn.service,
        "region": arn.region,
        "account": arn.account,
        "resource": arn.resource,
    }


def _default_tags(arguments: _Values, provided: Provided) -> _Values:
    del arguments
    return {"id": _told(provided.place.partition), "tags": provided.tags or {}}


DATA: Mapping[str, Callable[[_Values, Provided], _Values]] = {
    "aws_arn": _arn,
    "aws_caller_identity": _caller,
    "aws_default_tags": _default_tags,
    "aws_iam_policy_document": _document,
    "aws_partition": _partition,
    "aws_region": _region,
}
"""Type to what works it out of its arguments and the configuration of its provider.

Each raises `UntoldDataError` where that is not told, and `DocumentError` where they are wrong.
"""


def _told(value: str) -> str:
    if not value:
        raise UntoldDataError
    return value
