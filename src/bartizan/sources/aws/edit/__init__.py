# SPDX-License-Identifier: Apache-2.0
"""Turns remedies into changed records, into AWS CLI commands, and into Terraform."""
