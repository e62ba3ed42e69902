# SPDX-License-Identifier: Apache-2.0
"""Puppet: compiled catalogs and facts of nodes, from files and from PuppetDB."""
