# SPDX-License-Identifier: Apache-2.0
"""Plans of code that are made without Terraform; what it plans itself is in `differential`."""

import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.code_plan import of_code
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.place import places
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.terraform_code import ACCOUNTS, after, unknown, write
from tests.fakes.terraform_roots import ROOTS


def _planned(folder: Path, *variables: tuple[str, str]) -> CodePlan:
    return plan(Asked(folder=folder, accounts=ACCOUNTS, variables=variables))


def test_policies_that_name_what_the_same_change_makes_are_known(tmp_path: Path) -> None:
    found = after(_planned(write(tmp_path / "code", ROOTS["policies"])))

    trust = json.loads(found["aws_iam_role.r"]["assume_role_policy"])
    assert trust["Statement"][0]["Principal"] == {
        "AWS": ["arn:aws:iam::999999999999:root", "arn:aws:iam::111111111111:user/u"]
    }
    bucket = json.loads(found["aws_s3_bucket_policy.p"]["policy"])
    assert [one["Resource"].rpartition("/")[2] for one in bucket["Statement"]] == ["0", "1"]


def test_modules_have_the_providers_that_they_are_passed(tmp_path: Path) -> None:
    found = after(_planned(write(tmp_path / "code", ROOTS["modules"])))

    passed = found['module.many["x"].aws_sqs_queue.q']
    assert passed["arn"] == "arn:aws:sqs:us-east-1:222222222222:" + passed["name"]
    assert passed["tags_all"] == {"Path": "inner", "Team": "red"}
    assert found["module.one.aws_sqs_queue.q"]["arn"].startswith("arn:aws:sqs:eu-west-1:11111")


def test_two_plans_are_the_same_bytes_and_say_who_made_them(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", ROOTS["dynamic"])

    one, other = _planned(folder), _planned(folder)

    assert one.content == other.content
    assert one.evaluator == "bartizan"
    assert one.whole


def test_what_is_left_unknown_is_named_and_makes_a_plan_partial(tmp_path: Path) -> None:
    text = 'resource "aws_iam_user" "u" {\n  name = timestamp()\n}\n'
    found = _planned(write(tmp_path / "code", text))

    assert unknown(found, ["name"]) == ["aws_iam_user.u.name"]
    assert not found.whole
    (what,) = {one.partition(":")[0] for one in found.unevaluated if ".name:" in one}
    assert what == "aws_iam_user.u.name"
    assert any(what in reason for reason in of_code(found, "x", blind=False).partial)


def test_data_of_the_estate_is_unknown_and_no_fault_of_ours(tmp_path: Path) -> None:
    found = _planned(write(tmp_path / "code", ROOTS["estate"]))

    assert "aws_instance.i.ami" in unknown(found, ["ami"])
    assert not found.unevaluated


def test_values_of_variables_count_in_their_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", ROOTS["variables"])

    told = after(_planned(folder))
    given = after(_planned(folder, ("name", "given"), ("flags", "{ c = false }")))

    assert told["aws_iam_user.u[0]"]["name"] == "from-file-0-fallback"
    assert given["aws_iam_user.u[0]"]["name"] == "given-0-fallback"
    assert given["aws_iam_user.u[1]"]["tags"]["flag"] == "false"


@pytest.mark.parametrize(
    ("variables", "reason"),
    [((("nope", "1"),), "no variable `nope`"), ((("name", "x"),), "does not hold")],
)
def test_values_that_do_not_fit_are_refused(
    tmp_path: Path, variables: tuple[tuple[str, str], ...], reason: str
) -> None:
    folder = write(tmp_path / "code", ROOTS["variables"])

    with pytest.raises(InputError, match=reason):
        _planned(folder, *variables)


def test_what_is_write_only_is_in_no_plan(tmp_path: Path) -> None:
    text = (
        'resource "aws_ssm_parameter" "p" {\n  name = "p"\n  type = "SecureString"\n'
        '  value_wo = "hunter2"\n  value_wo_version = 1\n}\n'
        'resource "aws_bedrockagentcore_oauth2_credential_provider" "o" {\n  name = "o"\n'
        '  credential_provider_vendor = "GithubOauth2"\n  oauth2_provider_config {\n'
        '    github_oauth2_provider_config {\n      client_secret_wo = "hunter2"\n'
        "      client_credentials_wo_version = 1\n    }\n  }\n}\n"
    )
    found = after(plan(Asked(folder=write(tmp_path, text), accounts={})))

    assert found["aws_ssm_parameter.p"]["value_wo"] is None
    assert "hunter2" not in json.dumps(found)
    assert found["aws_ssm_parameter.p"]["value_wo_version"] == 1


def test_where_objects_lie_is_told_though_the_code_computes_it(tmp_path: Path) -> None:
    """A plan itself says of a provider only what the code writes out."""
    text = (
        'variable "account" {\n  default = "222222222222"\n}\n'
        'provider "aws" {\n  region = lower("EU-CENTRAL-1")\n'
        "  allowed_account_ids = [var.account]\n}\n"
        'provider "aws" {\n  alias = "role"\n  region = "us-east-1"\n  assume_role {\n'
        '    role_arn = "arn:aws:iam::${var.account}:role/r"\n  }\n}\n'
        'resource "aws_iam_user" "u" {\n  name = "u"\n}\n'
        'resource "aws_iam_user" "v" {\n  name = "v"\n  provider = aws.role\n}\n'
    )

    found = places(
        of_code(plan(Asked(folder=write(tmp_path, text), accounts={})), "x", blind=False), {}
    )

    assert {key: (one.account, one.region) for key, one in found.items()} == {
        "aws": ("222222222222", "eu-central-1"),
        "aws.role": ("222222222222", "us-east-1"),
    }


def test_secrets_are_marked_as_terraform_marks_them(tmp_path: Path) -> None:
    found = json.loads(_planned(write(tmp_path / "code", ROOTS["variables"])).content)

    (change, *_) = (
        one["change"] for one in found["resource_changes"] if one["type"] == "aws_iam_user"
    )
    assert change["after_sensitive"]["tags"] == {"secret": True}
