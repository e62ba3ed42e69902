# SPDX-License-Identifier: Apache-2.0
"""Who can become whom on a host, and what that is worth in the cloud that it runs in."""
