# SPDX-License-Identifier: Apache-2.0
"""What a repository says of who runs its code: folders of Terraform, and pipelines."""
