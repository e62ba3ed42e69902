# SPDX-License-Identifier: Apache-2.0
"""The definition of AWS authorization: slow, short, rule by rule as the vendor writes it."""
