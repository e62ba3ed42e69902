# SPDX-License-Identifier: Apache-2.0
"""What records of Chef say of hosts and of the server, one file for each concern."""
