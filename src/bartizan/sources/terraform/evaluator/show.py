# SPDX-License-Identifier: Apache-2.0
"""The plan in Terraform's JSON format, as `terraform show -json` writes it, as far as it is read.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from bartizan.model.record import Json
from bartizan.sources.terraform.evaluator.datum import Datum
from bartizan.sources.terraform.evaluator.instance import Instance
from bartizan.sources.terraform.evaluator.world import Planned

_FORMAT = "1.2"


def plan(root: Instance, configuration: Json) -> dict[str, Json]:
    """Return the plan of a root module of which all is worked out; `configuration` is what its
    code names.
    """
    world = root.world
    held = sorted(world.planned, key=lambda one: one.address)
    names = [labels[0] for labels, _ in root.configuration.of("variable")]
    read: list[Json] = [_value(one) for one in held if one.read]
    return {
        "format_version": _FORMAT,
        "variables": {name: {"value": json_of(root.variable(name))} for name in names},
        "planned_values": {"outputs": dict(_outputs(root)), "root_module": {}},
        "resource_changes": [_change(one) for one in held if not one.read],
        "prior_state": {
            "format_version": "1.0",
            "values": {"outputs": {}, "root_module": {"resources": read}},
        },
        "configuration": configuration,
        "complete": True,
        "errored": False,
    }


def json_of(datum: Datum) -> Json:
    """Return a value in JSON: what is unknown is left out of objects, and null in lists."""
    held = datum.value
    if isinstance(held, Fraction):
        return int(held) if held.denominator == 1 else float(held)
    if isinstance(held, dict):
        return {name: json_of(one) for name, one in held.items() if one.known}
    if isinstance(held, tuple):
        return [json_of(one) for one in held]
    return held if isinstance(held, bool | str) else None


def _outputs(root: Instance) -> Iterator[tuple[str, Json]]:
    for (name,), _ in root.configuration.of("output"):
        found = root.output(name)
        told: dict[str, Json] = {"sensitive": found.sensitive}
        if found.wholly_known:
            told["value"] = json_of(found)
        yield name, told


def _common(one: Planned) -> dict[str, Json]:
    told: dict[str, Json] = {"address": one.address}
    told["mode"] = "managed" if one.managed else "data"
    told |= {"type": one.type, "name": one.name}
    if one.key is not None:
        told["index"] = one.key
    builtin = one.provider.startswith("terraform.io/")
    told["provider_name"] = one.provider if builtin else f"registry.terraform.io/{one.provider}"
    return told


def _change(one: Planned) -> Json:
    told = _common(one)
    if one.module:
        told["module_address"] = one.module
    told["change"] = {
        "actions": ["create" if one.managed else "read"],
        "before": None,
        "after": json_of(one.values),
        "after_unknown": _marks(one.values, unknown=True),
        "before_sensitive": False,
        "after_sensitive": _marks(one.values, unknown=False),
    }
    if not one.managed:
        told["action_reason"] = "read_because_config_unknown"
    return told


def _value(one: Planned) -> Json:
    told = _common(one)
    told["schema_version"] = 0
    told["values"] = json_of(one.values)
    told["sensitive_values"] = _marks(one.values, unknown=False)
    return told


def _marks(datum: Datum, *, unknown: bool) -> Json:
    """Return where a value is unknown, or sensitive: `true` there, objects without what is not."""
    if (not datum.known) if unknown else datum.sensitive:
        return True
    if isinstance(datum.value, dict):
        held = {name: _marks(one, unknown=unknown) for name, one in datum.value.items()}
        return {name: mark for name, mark in held.items() if mark is not False}
    if isinstance(datum.value, tuple):
        return [_marks(one, unknown=unknown) for one in datum.value]
    return False


def unevaluated(planned: Iterable[Planned]) -> Iterator[str]:
    """Yield what is unknown because Terraform alone can tell it, with the reason."""
    for one in planned:
        for name, held in one.values.value.items() if isinstance(one.values.value, dict) else ():
            for why in dict.fromkeys(part.why for part in held.unknowns() if part.why):
                yield f"{one.address}.{name}: {why}"
