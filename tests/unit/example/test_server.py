# SPDX-License-Identifier: Apache-2.0
"""What the emulator of the example is taught."""

import boto3
import pytest
from moto import mock_aws

from bartizan.example.server import extend


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


@mock_aws
def test_the_users_of_a_file_server_are_listed_and_described() -> None:
    extend()
    client = boto3.client("transfer", region_name="eu-west-1")
    server, other = (client.create_server()["ServerId"] for _ in range(2))
    role = "arn:aws:iam::123456789012:role/r"
    client.create_user(ServerId=server, UserName="bob", Role=role, Policy='{"Statement":[]}')

    listed = client.list_users(ServerId=server)["Users"]
    described = client.describe_user(ServerId=server, UserName="bob")["User"]

    assert [(user["UserName"], user["Role"]) for user in listed] == [("bob", role)]
    assert (described["Arn"], described["Policy"]) == (listed[0]["Arn"], '{"Statement":[]}')
    assert client.list_users(ServerId=other)["Users"] == []
