# SPDX-License-Identifier: Apache-2.0
"""A provider that makes and reads nothing, so that Terraform itself can evaluate code offline."""
