# SPDX-License-Identifier: Apache-2.0
"""What resources of Puppet say of a host, one file for each concern."""
