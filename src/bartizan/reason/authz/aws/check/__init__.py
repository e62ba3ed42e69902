# SPDX-License-Identifier: Apache-2.0
"""What is wrong with one policy document, told by rules that each know one thing."""
