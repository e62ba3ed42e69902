# SPDX-License-Identifier: Apache-2.0
"""SQS, SNS and Secrets Manager: what holds messages and secrets, and who may have them.

Sources:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
"""

import functools

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep

_QUEUE, _QUEUE_URL = "AWS::SQS::Queue", "AWS::SQS::QueueUrl"
_TOPIC, _TOPIC_ARN = "AWS::SNS::Topic", "AWS::SNS::TopicArn"
_SECRET, _SECRET_POLICY = "AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy"


def _arn(thing: Thing, service: str, noun: str) -> str:
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    thing.account()
    return thing.place.arn(service, noun, region=True)


def _attributes(kind: str, name: str, draft: Draft) -> Body:
    """Return the attributes in a record, to be changed in place.

    Raises:
        UntoldError: there is no such record.
    """
    body = draft.body(kind, name)
    if body is None:
        raise UntoldError("policy")
    held = body.setdefault("Attributes", {})
    if not isinstance(held, dict):
        held = body["Attributes"] = {}
    return held


def _policy(thing: Thing, draft: Draft, kind: str, arn: str) -> Json:
    """Return the policy that is written, else the one that it has from elsewhere; empty for none,
    and None where it is hidden.
    """
    held = draft.peek(kind, arn).get("Attributes")
    if thing.silent("policy") and isinstance(held, dict):
        return held.get("Policy", "")
    if thing.values.get("policy") == "":
        return ""
    return thing.document("policy", default="")


def _queue(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing, "sqs", thing.name())
    attributes: dict[str, Json] = {
        "QueueArn": arn,
        "Policy": _policy(thing, draft, _QUEUE, arn),
        "KmsMasterKeyId": thing.member("kms_master_key_id"),
    }
    keep(thing, draft, _QUEUE_URL, arn, body={"QueueUrl": thing.text("url")}, service="sqs")
    keep(thing, draft, _QUEUE, arn, body={"Attributes": attributes}, service="sqs")


def _no_queue(thing: Thing, draft: Draft) -> None:
    for kind in (_QUEUE_URL, _QUEUE):
        draft.drop(kind, thing.identity("arn"))


def _queue_of(thing: Thing) -> str:
    return thing.place.arn("sqs", thing.identity("queue_url").rpartition("/")[2], region=True)


def _queue_policy(thing: Thing, draft: Draft) -> None:
    _attributes(_QUEUE, _queue_of(thing), draft)["Policy"] = thing.document("policy")


def _no_queue_policy(thing: Thing, draft: Draft) -> None:
    _attributes(_QUEUE, _queue_of(thing), draft).pop("Policy", None)


def _topic(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing, "sns", thing.name())
    held: dict[str, Json] = {"TopicArn": arn, "Policy": _policy(thing, draft, _TOPIC, arn)}
    keep(thing, draft, _TOPIC_ARN, arn, body={"TopicArn": arn}, service="sns")
    keep(thing, draft, _TOPIC, arn, body={"Attributes": held}, service="sns")


def _no_topic(thing: Thing, draft: Draft) -> None:
    for kind in (_TOPIC_ARN, _TOPIC):
        draft.drop(kind, thing.identity("arn"))


def _topic_policy(thing: Thing, draft: Draft) -> None:
    _attributes(_TOPIC, thing.identity("arn"), draft)["Policy"] = thing.document("policy")


def _no_topic_policy(thing: Thing, draft: Draft) -> None:
    _attributes(_TOPIC, thing.identity("arn"), draft).pop("Policy", None)


def _secret(thing: Thing, draft: Draft) -> None:
    name = thing.name()
    # What AWS adds to the name of a new secret is not known, and no policy can name it yet.
    arn = _arn(thing, "secretsmanager", f"secret:{name}-{thing.predicted()[-6:]}")
    body: Body = {
        "ARN": arn,
        "Name": name,
        "KmsKeyId": thing.member("kms_key_id"),
        "Tags": thing.tags(),
    }
    keep(thing, draft, _SECRET, arn, body=body, service="secretsmanager")


def _no_secret(thing: Thing, draft: Draft) -> None:
    for kind in (_SECRET, _SECRET_POLICY):
        draft.drop(kind, thing.identity("arn"))


def _secret_policy(thing: Thing, draft: Draft) -> None:
    body: Body = {"ResourcePolicy": thing.document("policy")}
    keep(
        thing,
        draft,
        _SECRET_POLICY,
        thing.identity("secret_arn"),
        body=body,
        service="secretsmanager",
    )


def _no_secret_policy(thing: Thing, draft: Draft) -> None:
    draft.drop(_SECRET_POLICY, thing.identity("secret_arn"))


_sqs = functools.partial(Kind, service="sqs", record=_QUEUE)
_sns = functools.partial(Kind, service="sns", record=_TOPIC)
_secrets = functools.partial(Kind, service="secretsmanager")

KINDS = (
    _sqs(type="aws_sqs_queue", put=_queue, take=_no_queue),
    _sqs(type="aws_sqs_queue_policy", put=_queue_policy, take=_no_queue_policy, part=True),
    _sns(type="aws_sns_topic", put=_topic, take=_no_topic),
    _sns(type="aws_sns_topic_policy", put=_topic_policy, take=_no_topic_policy, part=True),
    _secrets(type="aws_secretsmanager_secret", put=_secret, take=_no_secret, record=_SECRET),
    _secrets(
        type="aws_secretsmanager_secret_policy",
        put=_secret_policy,
        take=_no_secret_policy,
        record=_SECRET_POLICY,
        part=True,
    ),
)
