# The ledger's move: an administrator, a role for everyone and a port for everyone, or so it looks.
#
# It opens nothing: the boundary leaves the administrator with metrics, the role that the organisation may
# assume does no more than watch, and no way leads from the Internet into that network.

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["<production>"]
}

resource "aws_iam_role" "move" {
  name                 = "ledger-move"
  permissions_boundary = "arn:aws:iam::<production>:policy/metrics-only"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithSAML"
      Principal = { Federated = "arn:aws:iam::<production>:saml-provider/harbour-directory" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "move" {
  role       = aws_iam_role.move.name
  policy_arn = "arn:aws:iam::<production>:policy/administrators"
}

resource "aws_iam_role" "watch" {
  name = "ledger-watch"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "*" }
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "<organization>" } }
    }]
  })
}

resource "aws_iam_role_policy" "watch" {
  name = "watch"
  role = aws_iam_role.watch.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "cloudwatch:Get*"
      Resource = "*"
    }]
  })
}

resource "aws_vpc_security_group_ingress_rule" "ledger" {
  security_group_id = "<group:plant-host>"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 22
  to_port           = 22
  ip_protocol       = "tcp"
}
