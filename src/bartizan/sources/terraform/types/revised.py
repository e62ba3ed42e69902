# SPDX-License-Identifier: Apache-2.0
"""Definitions that AWS keeps in numbered revisions, with containers written as JSON."""

from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.thing import Thing


def revision(thing: Thing, name: str) -> int:
    """Return the number of a definition, which its argument `name` names. Each change of one makes
    the next.

    Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    and https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
    """
    held, before = thing.values.get("revision"), thing.before.get("revision")
    if isinstance(held, int):
        return held
    same = thing.before.get(name) == thing.values.get(name)
    return before + 1 if same and isinstance(before, int) else 1


def spelled(value: Json, names: Mapping[str, str]) -> Json:
    """Return the members that matter, each as the API spells it, by `names` in lower case: the
    provider takes them in upper and lower case, and a secret must be where it is looked for.
    """
    if isinstance(value, list):
        return [spelled(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        names[name.lower()]: spelled(held, names)
        for name, held in value.items()
        if name.lower() in names
    }
