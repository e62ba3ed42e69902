# SPDX-License-Identifier: Apache-2.0
"""What calls workloads by itself, and who can call APIs, by service."""

import pytest

from bartizan.model.facts.estate import Trigger, Workload
from bartizan.model.record import Json, Record
from bartizan.sources.aws.services import apigateway, cloudfront, elbv2, events, glue
from tests.fakes.aws_records import ACCOUNT, arn, facts, record

FUNCTION = arn("lambda", "function:f")
URI = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
REST = "arn:aws:apigateway:eu-west-1::/restapis/abc"
HTTP = "arn:aws:apigateway:eu-west-1::/apis/abc"


def method(**fields: Json) -> Record:
    methods: Json = {"GET": {"methodIntegration": {"uri": URI}, **fields}}
    return record("AWS::ApiGateway::Resource", f"{REST}/resources/r", resourceMethods=methods)


@pytest.mark.parametrize(
    ("open_method", "types", "anonymous"),
    [
        (method(authorizationType="NONE"), ["REGIONAL"], True),
        (method(authorizationType="AWS_IAM"), ["REGIONAL"], False),
        (method(authorizationType="NONE", apiKeyRequired=True), ["REGIONAL"], False),
        (method(authorizationType="NONE"), ["PRIVATE"], False),
    ],
)
def test_anyone_can_call_a_public_api_with_an_open_method(
    open_method: Record, types: list[Json], *, anonymous: bool
) -> None:
    api = record(
        "AWS::ApiGateway::RestApi", REST, id="abc", endpointConfiguration={"types": types}
    )

    (row,) = facts(apigateway.normalise, Workload, api, open_method)
    triggers = facts(apigateway.normalise, Trigger, api, open_method)

    assert (row.arn, row.anonymous) == (arn("execute-api", "abc"), anonymous)
    assert triggers == [Trigger(workload=FUNCTION, source=arn("execute-api", "abc"))]


def test_an_http_api_calls_the_functions_of_its_integrations() -> None:
    held = (
        record("AWS::ApiGatewayV2::Api", HTTP, ApiId="abc"),
        record("AWS::ApiGatewayV2::Route", f"{HTTP}/routes/r", AuthorizationType="NONE"),
        record(
            "AWS::ApiGatewayV2::Integration", f"{HTTP}/integrations/i", IntegrationUri=FUNCTION
        ),
    )

    assert [row.anonymous for row in facts(apigateway.normalise, Workload, *held)] == [True]
    assert [row.workload for row in facts(apigateway.normalise, Trigger, *held)] == [FUNCTION]


def test_an_edge_association_names_a_version_and_the_fact_the_function() -> None:
    held = record(
        "AWS::CloudFront::Distribution",
        f"arn:aws:cloudfront::{ACCOUNT}:distribution/E",
        Enabled=True,
        DefaultCacheBehavior={
            "LambdaFunctionAssociations": {"Items": [{"LambdaFunctionARN": f"{FUNCTION}:3"}]}
        },
    )

    assert [row.workload for row in facts(cloudfront.normalise, Trigger, held)] == [FUNCTION]


def test_a_load_balancer_calls_the_functions_of_its_target_groups() -> None:
    group, balancer = arn("elasticloadbalancing", "targetgroup/t/1"), "balancer"

    rows = facts(
        elbv2.normalise,
        Trigger,
        record(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            group,
            TargetType="lambda",
            LoadBalancerArns=[balancer],
        ),
        record(
            "AWS::ElasticLoadBalancingV2::TargetHealth",
            group,
            TargetHealthDescriptions=[{"Target": {"Id": FUNCTION}}],
        ),
    )

    assert rows == [Trigger(workload=FUNCTION, source=balancer)]


@pytest.mark.parametrize(("state", "calls"), [("ENABLED", 1), ("DISABLED", 0)])
def test_only_a_rule_that_is_on_calls_its_targets(state: str, calls: int) -> None:
    rule, schedule = arn("events", "rule/r"), arn("scheduler", "schedule/default/s")

    rows = facts(
        events.normalise,
        Trigger,
        record("AWS::Events::Rule", rule, State=state),
        record("AWS::Events::RuleTargets", rule, Targets=[{"Arn": FUNCTION}]),
        record("AWS::Scheduler::Schedule", schedule, State=state, Target={"Arn": FUNCTION}),
    )

    assert sorted(row.source for row in rows) == [rule, schedule][: 2 * calls]


def test_a_glue_trigger_starts_its_jobs() -> None:
    held = record("AWS::Glue::Trigger", arn("glue", "trigger/t"), Actions=[{"JobName": "j"}, {}])

    assert [row.workload for row in facts(glue.normalise, Trigger, held)] == [arn("glue", "job/j")]


def test_a_target_that_is_a_cluster_starts_tasks_of_its_definition() -> None:
    definition = arn("ecs", "task-definition/f:1")
    task: Json = {
        "Arn": arn("ecs", "cluster/c"),
        "EcsParameters": {"TaskDefinitionArn": definition},
    }
    rule = record("AWS::Events::Rule", arn("events", "rule/r"), State="ENABLED")
    targets = record("AWS::Events::RuleTargets", arn("events", "rule/r"), Targets=[task])
    schedule = record("AWS::Scheduler::Schedule", arn("scheduler", "schedule/g/s"), Target=task)

    rows = facts(events.normalise, Trigger, rule, targets, schedule)

    assert {row.workload for row in rows} == {definition}
