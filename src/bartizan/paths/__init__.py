# SPDX-License-Identifier: Apache-2.0
"""Steps to attack paths, to the cut, to comparison."""
