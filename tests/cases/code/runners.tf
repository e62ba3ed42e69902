# SPDX-License-Identifier: Apache-2.0
# What runs code, what starts it, and where it stands: as little code for each type as its provider takes.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] })
}
resource "aws_ecs_cluster" "c" { name = "main" }
resource "aws_ecs_task_definition" "t" {
  family                = "app"
  task_role_arn         = aws_iam_role.r.arn
  container_definitions = jsonencode([{ name = "app", image = "x" }])
}
resource "aws_ecs_service" "s" {
  name            = "web"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
  desired_count   = 1
}
resource "aws_codebuild_project" "b" {
  name         = "b"
  service_role = aws_iam_role.r.arn
  artifacts { type = "NO_ARTIFACTS" }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "i"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "X"
      value = aws_iam_role.r.arn
    }
  }
  source { type = "NO_SOURCE" }
}
resource "aws_sfn_state_machine" "m" {
  name       = "m"
  role_arn   = aws_iam_role.r.arn
  definition = "{}"
}
resource "aws_cloudwatch_event_rule" "e" {
  name                = "e"
  schedule_expression = "rate(1 day)"
}
resource "aws_cloudwatch_event_target" "e" {
  rule     = aws_cloudwatch_event_rule.e.name
  arn      = aws_sfn_state_machine.m.arn
  role_arn = aws_iam_role.r.arn
}
resource "aws_api_gateway_rest_api" "a" { name = "a" }
resource "aws_api_gateway_resource" "p" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  parent_id   = aws_api_gateway_rest_api.a.root_resource_id
  path_part   = "p"
}
resource "aws_api_gateway_method" "p" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  resource_id   = aws_api_gateway_resource.p.id
  http_method   = "GET"
  authorization = "NONE"
}
resource "aws_apigatewayv2_api" "h" {
  name          = "h"
  protocol_type = "HTTP"
}
resource "aws_apprunner_service" "w" {
  service_name = "w"
  source_configuration {
    image_repository {
      image_identifier      = "i"
      image_repository_type = "ECR"
    }
  }
}
resource "aws_launch_configuration" "l" {
  name          = "l"
  image_id      = "ami-1"
  instance_type = "t3.micro"
}
resource "aws_scheduler_schedule" "s" {
  name                = "s"
  schedule_expression = "rate(1 day)"
  flexible_time_window { mode = "OFF" }
  target {
    arn      = aws_sfn_state_machine.m.arn
    role_arn = aws_iam_role.r.arn
  }
}
resource "aws_transfer_server" "s" {}
resource "aws_transfer_user" "u" {
  server_id = aws_transfer_server.s.id
  user_name = "u"
  role      = aws_iam_role.r.arn
}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_eks_cluster" "c" {
  name     = "main"
  role_arn = aws_iam_role.r.arn
  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }
  vpc_config { subnet_ids = [aws_subnet.s.id] }
}
resource "aws_eks_access_entry" "e" {
  cluster_name  = aws_eks_cluster.c.name
  principal_arn = aws_iam_role.r.arn
}
resource "aws_eks_access_policy_association" "e" {
  cluster_name  = aws_eks_cluster.c.name
  principal_arn = aws_iam_role.r.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
  access_scope { type = "cluster" }
}
resource "aws_eks_pod_identity_association" "p" {
  cluster_name    = aws_eks_cluster.c.name
  namespace       = "a"
  service_account = "b"
  role_arn        = aws_iam_role.r.arn
}
resource "aws_db_subnet_group" "g" {
  name       = "g"
  subnet_ids = [aws_subnet.s.id]
}
resource "aws_rds_cluster" "d" {
  cluster_identifier   = "d"
  engine               = "aurora-mysql"
  db_subnet_group_name = aws_db_subnet_group.g.name
  master_username      = "a"
  master_password      = "hunter2-canary"
}
resource "aws_rds_cluster_instance" "d" {
  cluster_identifier = aws_rds_cluster.d.id
  identifier         = "d1"
  engine             = "aurora-mysql"
  instance_class     = "db.t3.medium"
}
resource "aws_efs_file_system" "f" {}
resource "aws_efs_mount_target" "f" {
  file_system_id = aws_efs_file_system.f.id
  subnet_id      = aws_subnet.s.id
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
}
resource "aws_lambda_alias" "f" {
  function_name    = aws_lambda_function.f.function_name
  name             = "live"
  function_version = "1"
}
resource "aws_lambda_permission" "f" {
  function_name = aws_lambda_function.f.function_name
  qualifier     = aws_lambda_alias.f.name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.e.arn
}
resource "aws_cloudfront_distribution" "d" {
  enabled = true
  origin {
    origin_id   = "o"
    domain_name = "a.example.org"
  }
  default_cache_behavior {
    target_origin_id       = "o"
    allowed_methods        = ["GET"]
    cached_methods         = ["GET"]
    viewer_protocol_policy = "https-only"
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate { cloudfront_default_certificate = true }
}
resource "aws_db_cluster_snapshot" "s" {
  db_cluster_identifier          = aws_rds_cluster.d.id
  db_cluster_snapshot_identifier = "s"
}
resource "aws_glue_job" "j" {
  name     = "j"
  role_arn = aws_iam_role.r.arn
  command { script_location = "s3://a/b" }
}
resource "aws_glue_dev_endpoint" "e" {
  name     = "e"
  role_arn = aws_iam_role.r.arn
}
resource "aws_glue_trigger" "t" {
  name = "t"
  type = "ON_DEMAND"
  actions { job_name = aws_glue_job.j.name }
}
resource "aws_sagemaker_notebook_instance" "n" {
  name          = "n"
  instance_type = "ml.t3.medium"
  role_arn      = aws_iam_role.r.arn
}
resource "aws_sagemaker_model" "m" {
  execution_role_arn = aws_iam_role.r.arn
  primary_container { image = "i" }
}
resource "aws_sagemaker_domain" "d" {
  domain_name = "d"
  auth_mode   = "IAM"
  vpc_id      = aws_vpc.v.id
  subnet_ids  = [aws_subnet.s.id]
  default_user_settings { execution_role = aws_iam_role.r.arn }
}
resource "aws_cloudformation_stack_set" "s" {
  name          = "s"
  template_body = "{}"
}
resource "aws_datapipeline_pipeline" "p" { name = "p" }
resource "aws_datapipeline_pipeline_definition" "p" {
  pipeline_id = aws_datapipeline_pipeline.p.id
  pipeline_object {
    id   = "Default"
    name = "Default"
    field {
      key          = "role"
      string_value = "r"
    }
  }
}
resource "aws_bedrockagentcore_code_interpreter" "i" {
  name = "i"
  network_configuration { network_mode = "SANDBOX" }
}
resource "aws_bedrockagentcore_agent_runtime" "a" {
  agent_runtime_name = "a"
  role_arn           = aws_iam_role.r.arn
  network_configuration { network_mode = "PUBLIC" }
  agent_runtime_artifact {
    container_configuration { container_uri = "u" }
  }
}
resource "aws_apigatewayv2_integration" "i" {
  api_id           = aws_apigatewayv2_api.h.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.f.invoke_arn
}
resource "aws_apigatewayv2_route" "r" {
  api_id    = aws_apigatewayv2_api.h.id
  route_key = "GET /"
  target    = "integrations/${aws_apigatewayv2_integration.i.id}"
}
resource "aws_apigatewayv2_vpc_link" "l" {
  name               = "l"
  subnet_ids         = [aws_subnet.s.id]
  security_group_ids = []
}
resource "aws_api_gateway_integration" "i" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  resource_id = aws_api_gateway_resource.p.id
  http_method = aws_api_gateway_method.p.http_method
  type        = "AWS_PROXY"
  uri         = aws_lambda_function.f.invoke_arn
}
resource "aws_cloudwatch_event_bus" "b" { name = "b" }
resource "aws_cloudwatch_event_permission" "p" {
  event_bus_name = aws_cloudwatch_event_bus.b.name
  principal      = "*"
  statement_id   = "a"
}
resource "aws_cloudwatch_event_rule" "own" {
  name           = "own"
  event_bus_name = aws_cloudwatch_event_bus.b.name
  event_pattern  = "{}"
}
resource "aws_cloudwatch_event_target" "own" {
  rule           = aws_cloudwatch_event_rule.own.name
  event_bus_name = aws_cloudwatch_event_bus.b.name
  arn            = aws_lambda_function.f.arn
}
resource "aws_eks_fargate_profile" "f" {
  cluster_name           = aws_eks_cluster.c.name
  fargate_profile_name   = "f"
  pod_execution_role_arn = aws_iam_role.r.arn
  selector { namespace = "a" }
}
resource "aws_eks_node_group" "n" {
  cluster_name    = aws_eks_cluster.c.name
  node_group_name = "n"
  node_role_arn   = aws_iam_role.r.arn
  subnet_ids      = [aws_subnet.s.id]
  scaling_config {
    min_size     = 1
    max_size     = 1
    desired_size = 1
  }
}
resource "aws_lambda_event_source_mapping" "m" {
  function_name    = aws_lambda_function.f.arn
  event_source_arn = "arn:aws:sqs:eu-west-1:111111111111:q"
}
resource "aws_cloudfront_vpc_origin" "o" {
  vpc_origin_endpoint_config {
    name                   = "o"
    arn                    = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/a/1"
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"
  }
}
