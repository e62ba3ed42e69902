# SPDX-License-Identifier: Apache-2.0
"""Steps of a large organisation: what is alike but for names is worked out once."""
