# Reports that the warehouse's team writes as functions, run every night.
#
# It opens a path, though each part looks harmless by itself: one policy makes functions, another hands them
# roles by a pattern, and one of these roles, which only Lambda may assume, reads the warehouse's password.

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["<data>"]
}

resource "aws_iam_role" "nightly" {
  name = "report-nightly"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "nightly" {
  name = "read"
  role = aws_iam_role.nightly.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:eu-west-1:<data>:log-group:/aws/lambda/report-*"
      },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "arn:aws:secretsmanager:eu-west-1:<data>:secret:warehouse-password-*"
      },
    ]
  })
}

resource "aws_iam_policy" "authors" {
  name = "report-authors"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["lambda:CreateFunction", "lambda:InvokeFunction"]
      Resource = "arn:aws:lambda:eu-west-1:<data>:function:report-*"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "authors" {
  role       = "bucket-owner"
  policy_arn = aws_iam_policy.authors.arn
}

resource "aws_iam_role_policy" "hand_over" {
  name = "hand-over"
  role = "bucket-owner"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "lambda:ListFunctions"
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = "arn:aws:iam::<data>:role/report-*"
      },
    ]
  })
}
