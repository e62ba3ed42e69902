# SPDX-License-Identifier: Apache-2.0
"""Which configuration of a provider made what, where a plan does not say it plainly."""

from collections.abc import Collection, Mapping

from bartizan.sources.terraform.wire import WireProvider


def taken(configured: Mapping[str, WireProvider]) -> Mapping[str, str]:
    """Return which configuration is in truth taken where a plan names one of a module that has
    none: that of the nearest module around it, in the end that of the root.

    Where the same provider also has other names, a call further up may have passed one of them,
    and the plan does not tell: then what it names stays, of which nothing is known.

    Source: https://developer.hashicorp.com/terraform/language/modules/develop/providers,
    "Implicit Provider Inheritance"
    """
    found = {}
    for key, one in configured.items():
        same = [held for held in configured.values() if _who(held) == _who(one)]
        if not one.module_address or one.expressions or any(held.alias for held in same):
            continue
        around = [
            held.module_address
            for held in same
            if held.expressions and f"{one.module_address}.".startswith(f"{held.module_address}.")
        ]
        nearest = max(around, key=len, default="")
        name = next((held.name for held in same if held.module_address == nearest), one.name)
        found[key] = f"{nearest}:{name}" if nearest else name
    return found


def alone(configured: Mapping[str, WireProvider], passed: Collection[str]) -> Mapping[str, str]:
    """Return the keys of the providers that have one configuration: that of what the code no
    longer holds, of which a plan names the provider alone. `passed` are those in whose place
    others are taken.

    Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    """
    found: dict[str, list[str]] = {}
    for key, one in configured.items():
        if key not in passed:
            found.setdefault(_who(one), []).append(key)
    return {who: keys[0] for who, keys in found.items() if len(keys) == 1}


def _who(provider: WireProvider) -> str:
    return provider.full_name or provider.name
