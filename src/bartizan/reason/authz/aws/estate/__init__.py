# SPDX-License-Identifier: Apache-2.0
"""What is written and known about any request in one estate."""
