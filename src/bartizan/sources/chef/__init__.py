# SPDX-License-Identifier: Apache-2.0
"""Chef: nodes, roles, policies, data bags, permissions and recipes, from a folder."""
