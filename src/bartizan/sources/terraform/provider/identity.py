# SPDX-License-Identifier: Apache-2.0
"""What AWS makes of an object's name: its ARN, its id and what else follows by a rule.

A value is a pattern. `{name}` stands for another attribute, `{@account}`, `{@region}`,
`{@partition}` and `{@suffix}` (that of the partition's DNS names) for where the object lies, and
`{@token}` for what only AWS makes up.

Sources: the resource types of
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and the attributes of https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from collections.abc import Mapping

_Patterns = Mapping[str, str]

_REGIONAL = "arn:{@partition}:%s:{@region}:{@account}:%s"


def _regional(service: str, resource: str, **more: str) -> _Patterns:
    return {"arn": _REGIONAL % (service, resource), **more}


def _iam(noun: str, **more: str) -> _Patterns:
    return {"arn": "arn:{@partition}:iam::{@account}:" + noun + "{path}{name}", **more}


def _ec2(prefix: str, noun: str, **more: str) -> _Patterns:
    own = prefix + "-{@token}"
    return {"id": own, "arn": _REGIONAL % ("ec2", noun + "/{id}"), **more}


def _api(noun: str) -> _Patterns:
    return {
        "id": "{@token}",
        "arn": "arn:{@partition}:apigateway:{@region}::/" + noun + "/{id}",
        "execution_arn": _REGIONAL % ("execute-api", "{id}"),
    }


_OWNED = {"owner_id": "{@account}"}
_OF_BUCKET = {"id": "{bucket}"}

PATTERNS: Mapping[str, _Patterns] = {
    "aws_iam_role": _iam("role", id="{name}"),
    "aws_iam_user": _iam("user", id="{name}"),
    "aws_iam_group": _iam("group", id="{name}"),
    "aws_iam_policy": _iam("policy", id="{arn}"),
    "aws_iam_instance_profile": _iam("instance-profile", id="{name}"),
    "aws_iam_saml_provider": {
        "arn": "arn:{@partition}:iam::{@account}:saml-provider/{name}",
        "id": "{arn}",
    },
    "aws_iam_openid_connect_provider": {
        "arn": "arn:{@partition}:iam::{@account}:oidc-provider/{url|host}",
        "id": "{arn}",
    },
    "aws_iam_role_policy": {"id": "{role}:{name}"},
    "aws_iam_user_policy": {"id": "{user}:{name}"},
    "aws_iam_group_policy": {"id": "{group}:{name}"},
    "aws_s3_bucket": {
        "arn": "arn:{@partition}:s3:::{bucket}",
        "id": "{bucket}",
        "bucket_domain_name": "{bucket}.s3.{@suffix}",
        "bucket_regional_domain_name": "{bucket}.s3.{@region}.{@suffix}",
    },
    "aws_s3_bucket_acl": {},
    "aws_s3_access_point": _regional("s3", "accesspoint/{name}", id="{@account}:{name}"),
    "aws_s3_bucket_notification": _OF_BUCKET,
    "aws_s3_bucket_ownership_controls": _OF_BUCKET,
    "aws_s3_bucket_policy": _OF_BUCKET,
    "aws_s3_bucket_public_access_block": _OF_BUCKET,
    "aws_s3_bucket_server_side_encryption_configuration": _OF_BUCKET,
    "aws_s3_bucket_versioning": _OF_BUCKET,
    "aws_s3_object": {"id": "{key}"},
    "aws_s3control_access_point_policy": {"id": "{access_point_arn}"},
    "aws_s3_account_public_access_block": {"account_id": "{@account}", "id": "{@account}"},
    "aws_sqs_queue": _regional(
        "sqs", "{name}", url="https://sqs.{@region}.{@suffix}/{@account}/{name}", id="{url}"
    ),
    "aws_sqs_queue_policy": {"id": "{queue_url}"},
    "aws_sns_topic": _regional("sns", "{name}", id="{arn}", owner="{@account}"),
    "aws_sns_topic_policy": {"id": "{arn}", "owner": "{@account}"},
    "aws_lambda_function": _regional(
        "lambda",
        "function:{function_name}",
        id="{function_name}",
        invoke_arn="arn:{@partition}:apigateway:{@region}:lambda:path/2015-03-31/functions/{arn}"
        "/invocations",
    ),
    "aws_lambda_alias": _regional("lambda", "function:{function_name|function}:{name}"),
    "aws_lambda_event_source_mapping": _regional(
        "lambda", "event-source-mapping:{uuid}", uuid="{@token}", id="{uuid}"
    ),
    "aws_cloudwatch_event_bus": _regional("events", "event-bus/{name}", id="{name}"),
    "aws_cloudwatch_event_rule": _regional(
        "events", "rule/{event_bus_name|bus}{name}", id="{event_bus_name|bus}{name}"
    ),
    "aws_scheduler_schedule": _regional("scheduler", "schedule/{group_name}/{name}"),
    "aws_api_gateway_rest_api": {
        **_api("restapis"),
        "root_resource_id": "{@token}",
    },
    "aws_api_gateway_vpc_link": {
        "id": "{@token}",
        "arn": "arn:{@partition}:apigateway:{@region}::/vpclinks/{id}",
    },
    "aws_apigatewayv2_api": _api("apis"),
    "aws_apigatewayv2_vpc_link": {
        "id": "{@token}",
        "arn": "arn:{@partition}:apigateway:{@region}::/vpclinks/{id}",
    },
    "aws_cloudfront_distribution": {
        "id": "{@token}",
        "arn": "arn:{@partition}:cloudfront::{@account}:distribution/{id}",
        "domain_name": "{id}.cloudfront.net",
    },
    "aws_cloudfront_vpc_origin": {
        "id": "{@token}",
        "arn": "arn:{@partition}:cloudfront::{@account}:vpcorigin/{id}",
    },
    "aws_efs_file_system": _regional("elasticfilesystem", "file-system/{id}", id="fs-{@token}"),
    "aws_efs_mount_target": {
        "id": "fsmt-{@token}",
        "network_interface_id": "eni-{@token}",
    },
    "aws_transfer_server": _regional("transfer", "server/{id}", id="s-{@token}"),
    "aws_transfer_user": _regional("transfer", "user/{server_id}/{user_name}"),
    "aws_launch_configuration": _regional(
        "autoscaling", "launchConfiguration:{@token}:launchConfigurationName/{name}", id="{name}"
    ),
    "aws_bedrockagentcore_code_interpreter": {
        "code_interpreter_id": "{name}-{@token}",
        "code_interpreter_arn": _REGIONAL
        % ("bedrock-agentcore", "code-interpreter-custom/{code_interpreter_id}"),
    },
    "aws_bedrockagentcore_agent_runtime": {
        "agent_runtime_id": "{agent_runtime_name}-{@token}",
        "agent_runtime_arn": _REGIONAL % ("bedrock-agentcore", "runtime/{agent_runtime_id}"),
    },
    "aws_kms_key": _regional("kms", "key/{key_id}", key_id="{@token}", id="{key_id}"),
    "aws_kms_alias": _regional("kms", "{name}", id="{name}"),
    "aws_dynamodb_table": _regional("dynamodb", "table/{name}", id="{name}"),
    "aws_dynamodb_resource_policy": {"id": "{resource_arn}"},
    "aws_secretsmanager_secret": _regional("secretsmanager", "secret:{name}-{@token}", id="{arn}"),
    "aws_secretsmanager_secret_policy": {"id": "{secret_arn}"},
    "aws_ssm_association": _regional(
        "ssm",
        "association/{association_id}",
        association_id="{@token}",
        id="{association_id}",
    ),
    "aws_ssm_document": _regional("ssm", "document/{name}", id="{name}"),
    "aws_ssm_parameter": _regional("ssm", "parameter/{name|unslashed}", id="{name}"),
    "aws_ecr_repository": _regional(
        "ecr",
        "repository/{name}",
        id="{name}",
        registry_id="{@account}",
        repository_url="{@account}.dkr.ecr.{@region}.{@suffix}/{name}",
    ),
    "aws_ecr_repository_policy": {"id": "{repository}", "registry_id": "{@account}"},
    "aws_identitystore_group": {
        "group_id": "{@token}",
        "id": "{identity_store_id}/{group_id}",
    },
    "aws_identitystore_user": {"user_id": "{@token}", "id": "{identity_store_id}/{user_id}"},
    "aws_iam_access_key": {"id": "AKIA{@token}"},
    "aws_iam_user_login_profile": {"id": "{user}"},
    "aws_iam_virtual_mfa_device": {
        "arn": "arn:{@partition}:iam::{@account}:mfa{path}{virtual_mfa_device_name}",
        "id": "{arn}",
    },
    "aws_kms_grant": {"grant_id": "{@token}", "id": "{key_id}:{grant_id}"},
    "aws_ram_resource_share": _regional("ram", "resource-share/{@token}", id="{arn}"),
    "aws_ram_principal_association": {"id": "{resource_share_arn},{principal}"},
    "aws_ram_resource_association": {"id": "{resource_share_arn},{resource_arn}"},
    "aws_ami": {"id": "ami-{@token}", "arn": "arn:{@partition}:ec2:{@region}::image/{id}"},
    "aws_ebs_snapshot": {
        "id": "snap-{@token}",
        "arn": "arn:{@partition}:ec2:{@region}::snapshot/{id}",
    },
    "aws_cloudtrail": _regional("cloudtrail", "trail/{name}", id="{arn}"),
    "aws_guardduty_detector": _regional("guardduty", "detector/{id}", id="{@token}"),
    "aws_securityhub_account": _regional("securityhub", "hub/default", id="{@account}"),
    "aws_accessanalyzer_analyzer": _regional(
        "access-analyzer", "analyzer/{analyzer_name}", id="{analyzer_name}"
    ),
    "aws_config_configuration_recorder": {"id": "{name}"},
    "aws_opensearch_domain": _regional("es", "domain/{domain_name}", id="{arn}"),
    "aws_dx_gateway": {"id": "{@token}"},
    "aws_cloudwatch_log_group": _regional("logs", "log-group:{name}", id="{name}"),
    "aws_sfn_state_machine": _regional("states", "stateMachine:{name}", id="{arn}"),
    "aws_ecs_cluster": _regional("ecs", "cluster/{name}", id="{arn}"),
    "aws_ecs_service": _regional("ecs", "service/{cluster|last}/{name}", id="{arn}"),
    "aws_ecs_task_definition": _regional(
        "ecs", "task-definition/{family}:{@token}", id="{family}"
    ),
    "aws_batch_job_definition": _regional("batch", "job-definition/{name}:{@token}", id="{arn}"),
    "aws_batch_job_queue": _regional("batch", "job-queue/{name}", id="{arn}"),
    "aws_codebuild_project": _regional("codebuild", "project/{name}", id="{arn}"),
    "aws_codepipeline": _regional("codepipeline", "{name}", id="{name}"),
    "aws_kinesis_stream": _regional("kinesis", "stream/{name}", id="{arn}"),
    "aws_kinesis_firehose_delivery_stream": _regional("firehose", "deliverystream/{name}"),
    "aws_db_instance": _regional("rds", "db:{identifier}"),
    "aws_rds_cluster": _regional("rds", "cluster:{cluster_identifier}", id="{cluster_identifier}"),
    "aws_cloudformation_stack": {
        "id": _REGIONAL % ("cloudformation", "stack/{name}/{@token}"),
    },
    "aws_cloudformation_stack_set": _regional(
        "cloudformation", "stackset/{name}:{@token}", id="{name}", stack_set_id="{name}:{@token}"
    ),
    "aws_apprunner_service": _regional("apprunner", "service/{service_name}/{@token}", id="{arn}"),
    "aws_glue_job": _regional("glue", "job/{name}", id="{name}"),
    "aws_glue_dev_endpoint": _regional("glue", "devEndpoint/{name}", id="{name}"),
    "aws_glue_trigger": _regional("glue", "trigger/{name}", id="{name}"),
    "aws_sagemaker_notebook_instance": _regional(
        "sagemaker", "notebook-instance/{name}", id="{name}"
    ),
    "aws_sagemaker_model": _regional("sagemaker", "model/{name}", id="{name}"),
    "aws_sagemaker_domain": _regional("sagemaker", "domain/{id}", id="{@token}"),
    "aws_rds_cluster_instance": _regional("rds", "db:{identifier}", id="{identifier}"),
    "aws_db_subnet_group": _regional("rds", "subgrp:{name}", id="{name}"),
    "aws_db_snapshot": {
        "db_snapshot_arn": _REGIONAL % ("rds", "snapshot:{db_snapshot_identifier}"),
        "id": "{db_snapshot_identifier}",
    },
    "aws_db_cluster_snapshot": {
        "db_cluster_snapshot_arn": _REGIONAL
        % ("rds", "cluster-snapshot:{db_cluster_snapshot_identifier}"),
        "id": "{db_cluster_snapshot_identifier}",
    },
    "aws_eks_cluster": _regional("eks", "cluster/{name}", id="{name}"),
    "aws_eks_node_group": _regional(
        "eks",
        "nodegroup/{cluster_name}/{node_group_name}/{@token}",
        id="{cluster_name}:{node_group_name}",
    ),
    "aws_eks_fargate_profile": _regional(
        "eks",
        "fargateprofile/{cluster_name}/{fargate_profile_name}/{@token}",
        id="{cluster_name}:{fargate_profile_name}",
    ),
    # Its ARN tells of the principal whether it is a role or a user, which no pattern says.
    "aws_eks_access_entry": {"id": "{cluster_name}:{principal_arn}"},
    "aws_eks_access_policy_association": {"id": "{cluster_name}#{principal_arn}#{policy_arn}"},
    "aws_eks_pod_identity_association": {
        "association_id": "{@token}",
        "association_arn": _REGIONAL
        % ("eks", "podidentityassociation/{cluster_name}/{association_id}"),
    },
    "aws_lb_target_group": _regional(
        "elasticloadbalancing", "targetgroup/{name}/{@token}", id="{arn}"
    ),
    "aws_vpc": _ec2("vpc", "vpc", **_OWNED),
    "aws_subnet": _ec2("subnet", "subnet", **_OWNED),
    "aws_security_group": _ec2("sg", "security-group", **_OWNED),
    "aws_route_table": _ec2("rtb", "route-table", **_OWNED),
    "aws_internet_gateway": _ec2("igw", "internet-gateway", **_OWNED),
    "aws_egress_only_internet_gateway": _ec2("eigw", "egress-only-internet-gateway"),
    "aws_nat_gateway": _ec2("nat", "natgateway"),
    "aws_network_acl": _ec2("acl", "network-acl", **_OWNED),
    "aws_network_interface": _ec2("eni", "network-interface", **_OWNED),
    "aws_instance": _ec2("i", "instance"),
    "aws_launch_template": _ec2("lt", "launch-template"),
    "aws_ebs_volume": _ec2("vol", "volume"),
    "aws_vpc_endpoint": _ec2("vpce", "vpc-endpoint", **_OWNED),
    "aws_vpc_peering_connection": {"id": "pcx-{@token}"},
    "aws_eip": {"id": "{allocation_id}", "allocation_id": "eipalloc-{@token}"},
    "aws_ec2_transit_gateway": _ec2("tgw", "transit-gateway", **_OWNED),
    "aws_ec2_transit_gateway_route_table": _ec2("tgw-rtb", "transit-gateway-route-table"),
    "aws_ec2_transit_gateway_vpc_attachment": {"id": "tgw-attach-{@token}"},
    "aws_ec2_managed_prefix_list": _ec2("pl", "prefix-list", **_OWNED),
    "random_id": dict.fromkeys(("id", "hex", "dec", "b64_std", "b64_url"), "{@token}"),
    "random_string": {"result": "{@token}", "id": "{result}"},
    "random_password": {"result": "{@token}"},
    "random_pet": {"id": "{@token}"},
    "random_uuid": {"result": "{@token}", "id": "{result}"},
    "aws_vpc_security_group_ingress_rule": {
        "security_group_rule_id": "sgr-{@token}",
        "id": "{security_group_rule_id}",
    },
    "aws_vpc_security_group_egress_rule": {
        "security_group_rule_id": "sgr-{@token}",
        "id": "{security_group_rule_id}",
    },
}
"""Type to attribute to pattern."""

OTHER: _Patterns = {
    "id": "{@token}",
    "arn": "arn:{@partition}:predicted:{@region}:{@account}:{@type}/{@token}",
}
"""What is predicted of all other types; nothing of the real world has such an ARN."""

DEFAULTS: Mapping[str, Mapping[str, str | bool | int]] = {
    "aws_iam_role": {"path": "/", "max_session_duration": 3600, "force_detach_policies": False},
    "aws_iam_user": {"path": "/", "force_destroy": False},
    "aws_iam_group": {"path": "/"},
    "aws_iam_policy": {"path": "/"},
    "aws_iam_instance_profile": {"path": "/"},
    "aws_kms_key": {
        "is_enabled": True,
        "key_usage": "ENCRYPT_DECRYPT",
        "customer_master_key_spec": "SYMMETRIC_DEFAULT",
        "enable_key_rotation": False,
    },
    "aws_s3_bucket_public_access_block": {
        "block_public_acls": False,
        "block_public_policy": False,
        "ignore_public_acls": False,
        "restrict_public_buckets": False,
    },
    "aws_s3_account_public_access_block": {
        "block_public_acls": False,
        "block_public_policy": False,
        "ignore_public_acls": False,
        "restrict_public_buckets": False,
    },
    "aws_lambda_function": {"memory_size": 128, "timeout": 3, "package_type": "Zip"},
    "aws_instance": {"get_password_data": False, "source_dest_check": True},
    "aws_vpc": {"instance_tenancy": "default", "enable_dns_support": True},
    "aws_subnet": {"map_public_ip_on_launch": False, "assign_ipv6_address_on_creation": False},
    "aws_security_group": {"description": "Managed by Terraform"},
    "aws_security_group_rule": {"self": False},
    "aws_iam_access_key": {"status": "Active"},
    "aws_iam_virtual_mfa_device": {"path": "/"},
    "aws_cloudtrail": {
        "enable_logging": True,
        "include_global_service_events": True,
        "is_multi_region_trail": False,
        "is_organization_trail": False,
    },
    "aws_config_configuration_recorder": {"name": "default"},
    "aws_guardduty_detector": {"enable": True},
    "aws_accessanalyzer_analyzer": {"type": "ACCOUNT"},
    "aws_lb": {"load_balancer_type": "application"},
    "aws_cloudwatch_event_rule": {"event_bus_name": "default"},
    "aws_scheduler_schedule": {"group_name": "default"},
}
"""Type to argument to what the provider puts where the code writes nothing.

Source: "Optional ... Defaults to" of each type's page in the provider's documentation
"""

NAMED = {
    "name": "name_prefix",
    "bucket": "bucket_prefix",
    "identifier": "identifier_prefix",
    "cluster_identifier": "cluster_identifier_prefix",
}
"""Argument that the provider makes up where it is not written, to how that then begins."""

RENAMED = frozenset({"aws_iam_user", "aws_iam_group", "aws_db_instance"})
"""Types whose objects stay the same ones under another name and path."""
