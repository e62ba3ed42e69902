# SPDX-License-Identifier: Apache-2.0
"""What Terraform and a provider say to one another: the calls of plugin protocol 6.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.sources.terraform.provider.protobuf import Field, Kind, Message

SERVICE = "tfplugin6.Provider"
VERSION = 6
ERROR = 1
"""Severity of a diagnostic."""


def _number(number: int) -> Field:
    return Field(number, Kind.NUMBER)


def _bytes(number: int) -> Field:
    return Field(number, Kind.BYTES)


def _one(number: int, message: Message) -> Field:
    return Field(number, Kind.MESSAGE, message)


def _many(number: int, message: Message) -> Field:
    return Field(number, Kind.MESSAGE, message, many=True)


_VALUE: Message = {"msgpack": _bytes(1), "json": _bytes(2)}
_RAW_STATE: Message = {"json": _bytes(1)}
_DIAGNOSTIC: Message = {"severity": _number(1), "summary": Field(2), "detail": Field(3)}
_PATH: Message = {"steps": _many(1, {"attribute_name": Field(1)})}
_CAPABILITIES: Message = {"plan_destroy": _number(1), "get_provider_schema_optional": _number(2)}

_ATTRIBUTE: Message = {
    "name": Field(1),
    "type": _bytes(2),
    "required": _number(4),
    "optional": _number(5),
    "computed": _number(6),
    "sensitive": _number(7),
    "write_only": _number(11),
}
_BLOCK: dict[str, Field] = {"version": _number(1), "attributes": _many(2, _ATTRIBUTE)}
_NESTED: Message = {
    "type_name": Field(1),
    "block": _one(2, _BLOCK),
    "nesting": _number(3),
    "min_items": _number(4),
    "max_items": _number(5),
}
# A block may hold blocks.
_BLOCK["block_types"] = _many(3, _NESTED)
_SCHEMA: Message = {"version": _number(1), "block": _one(2, _BLOCK)}
_SCHEMA_OF: Message = {"key": Field(1), "value": _one(2, _SCHEMA)}

_CONFIG: Message = {"config": _one(2, _VALUE)}
_TYPED_CONFIG: Message = {"type_name": Field(1), "config": _one(2, _VALUE)}
_DIAGNOSTICS: Message = {"diagnostics": _many(1, _DIAGNOSTIC)}


class Call(Struct, frozen=True):
    """A call that Terraform makes."""

    request: Message
    response: Message


CALLS: Mapping[str, Call] = {
    "GetProviderSchema": Call(
        {},
        {
            "provider": _one(1, _SCHEMA),
            "resource_schemas": _many(2, _SCHEMA_OF),
            "data_source_schemas": _many(3, _SCHEMA_OF),
            "server_capabilities": _one(6, _CAPABILITIES),
        },
    ),
    "ValidateProviderConfig": Call(
        {"config": _one(1, _VALUE)}, {"diagnostics": _many(2, _DIAGNOSTIC)}
    ),
    "ValidateResourceConfig": Call(_TYPED_CONFIG, _DIAGNOSTICS),
    "ValidateDataResourceConfig": Call(_TYPED_CONFIG, _DIAGNOSTICS),
    "ConfigureProvider": Call({"terraform_version": Field(1), **_CONFIG}, _DIAGNOSTICS),
    "UpgradeResourceState": Call(
        {"type_name": Field(1), "version": _number(2), "raw_state": _one(3, _RAW_STATE)},
        {"upgraded_state": _one(1, _VALUE), "diagnostics": _many(2, _DIAGNOSTIC)},
    ),
    "ReadResource": Call(
        {"type_name": Field(1), "current_state": _one(2, _VALUE), "private": _bytes(3)},
        {"new_state": _one(1, _VALUE), "private": _bytes(3)},
    ),
    "PlanResourceChange": Call(
        {
            "type_name": Field(1),
            "prior_state": _one(2, _VALUE),
            "proposed_new_state": _one(3, _VALUE),
            "config": _one(4, _VALUE),
            "prior_private": _bytes(5),
        },
        {
            "planned_state": _one(1, _VALUE),
            "requires_replace": _many(2, _PATH),
            "planned_private": _bytes(3),
            "diagnostics": _many(4, _DIAGNOSTIC),
        },
    ),
    "ReadDataSource": Call(
        _TYPED_CONFIG,
        {"state": _one(1, _VALUE), "diagnostics": _many(2, _DIAGNOSTIC)},
    ),
    "StopProvider": Call({}, {}),
}
"""Name to messages. There is none that creates, imports or destroys."""
