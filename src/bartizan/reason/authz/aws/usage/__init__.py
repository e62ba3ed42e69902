# SPDX-License-Identifier: Apache-2.0
"""What observed use says about actions: used, not used, or not to be told."""
