# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from bartizan.example import description
from bartizan.example.plant import plant
from bartizan.example.things import SECTIONS


def test_every_section_of_every_account_can_be_made() -> None:
    known = {*SECTIONS, "unit"}

    for name, part in description.read().accounts.items():
        assert set(part) <= known, name


def test_names_are_filled_in_wherever_they_stand() -> None:
    value = {"on": ["arn:aws:iam::<ci>:role/r"], "n": 1, "if": {"<ci>": {"x": "<organization>"}}}

    filled = description.fill(value, {"ci": "1", "organization": "o-1"})

    assert filled == {"on": ["arn:aws:iam::1:role/r"], "n": 1, "if": {"1": {"x": "o-1"}}}


def test_lines_become_statements() -> None:
    part = {
        "allow": [{"do": ["s3:GetObject"], "to": "*", "on": ["a"]}],
        "deny": [{"not-do": ["iam:*"], "if": {"Bool": {"k": "true"}}}],
    }

    made = json.loads(description.document(part))["Statement"]

    assert made == [
        {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ["a"]},
        {
            "Effect": "Deny",
            "NotAction": ["iam:*"],
            "Resource": "*",
            "Condition": {"Bool": {"k": "true"}},
        },
    ]


def test_each_kind_of_trust_asks_for_its_own_action() -> None:
    lines: list[description.Part] = [
        {"service": "ec2.amazonaws.com"},
        {"saml": "d"},
        {"oidc": "h"},
        {"aws": ["x"]},
    ]

    made = json.loads(description.trust(lines, account="1"))["Statement"]

    assert [(s["Action"].rpartition(":")[2], s["Principal"]) for s in made] == [
        ("AssumeRole", {"Service": "ec2.amazonaws.com"}),
        ("AssumeRoleWithSAML", {"Federated": "arn:aws:iam::1:saml-provider/d"}),
        ("AssumeRoleWithWebIdentity", {"Federated": "arn:aws:iam::1:oidc-provider/h"}),
        ("AssumeRole", {"AWS": ["x"]}),
    ]


def test_nothing_is_built_anywhere_but_on_this_machine() -> None:
    with pytest.raises(ValueError, match="only ever built on this machine"):
        plant(description.read(), "https://iam.amazonaws.com")
