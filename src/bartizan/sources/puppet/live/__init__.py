# SPDX-License-Identifier: Apache-2.0
"""PuppetDB, read over its query API."""
