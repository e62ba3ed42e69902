# SPDX-License-Identifier: Apache-2.0
"""Assumptions: conditions that no facts can settle, each with a name by which it is admitted."""

from collections.abc import Collection, Mapping

from bartizan.model.step import Step

PREFIX = "assume:"
"""How the keys of conditions begin that are assumptions."""

ASSUMPTIONS: Mapping[str, str] = {
    "daemon": "a daemon that a group may command runs on a host",
    "directory-user": "an attacker can sign in as a user of the directory",
    "ecs-exec": "a task was started with command execution on",
    "flaw": "what listens on a port, or takes requests, has a flaw that runs code",
    "host-sign-in": "an attacker holds a password or key of a host, or a way round them",
    "password": "an attacker knows the password of a user of a host",
    "reachable": "a host can be reached on its port",
    "refresh": "somebody refreshes a vault, as is done when hosts are added",
    "runs": "what was planted is started again",
    "second-factor": "an attacker has the user's second factor",
    "service-sign-in": "an attacker holds a password of a service, or a way round it",
    "source-address": "an attacker can send from certain addresses of the Internet",
    "sshd": "sshd of a host takes the keys that are listed for a user",
    "ssm-agent": "the Systems Manager agent runs on a host",
    "stolen-key": "somebody's computer with a key on it is stolen",
    "user": "an attacker can sign in where a service asks its users to",
}
"""Name of each assumption to what it says."""


def rests(step: Step, admitted: Collection[str]) -> bool:
    """Tell whether a step rests on no other assumptions than those admitted."""
    return all(
        held.key.removeprefix(PREFIX) in admitted
        for held in step.conditions
        if held.key.startswith(PREFIX)
    )
