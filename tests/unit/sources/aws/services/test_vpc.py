# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.redact import redact
from bartizan.sources.aws.services.vpc import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, facts_of

_ENDPOINT = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc-endpoint/vpce-1"


def test_an_endpoint_has_its_policy_or_none() -> None:
    kind = "AWS::EC2::VPCEndpoint"
    facts = facts_of(
        SERVICE,
        aws_record(kind, _ENDPOINT, {"PolicyDocument": "{}"}),
        aws_record(kind, f"{_ENDPOINT}2", {}),
    )
    (policy,) = facts.rows(Policy)
    (attachment,) = facts.rows(Attachment)

    assert (policy.id, policy.type, policy.document) == (f"{_ENDPOINT}#endpoint", "endpoint", "{}")
    assert (attachment.target, attachment.use) == (_ENDPOINT, "endpoint")


def test_the_keys_of_a_tunnel_never_enter_a_record() -> None:
    (call,) = (one for one in SERVICE.calls if one.kind == "AWS::EC2::VPNConnection")
    answered = {
        "CustomerGatewayConfiguration": "<pre_shared_key>hunter2</pre_shared_key>",
        "Options": {"TunnelOptions": [{"PreSharedKey": "hunter2"}]},
    }

    assert "hunter2" not in str(redact(answered, call.secrets, key=b"k"))  # type: ignore[arg-type] # JSON all the same
