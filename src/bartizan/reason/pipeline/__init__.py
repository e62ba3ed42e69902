# SPDX-License-Identifier: Apache-2.0
"""Who decides what pipelines run, and whom they act as."""
