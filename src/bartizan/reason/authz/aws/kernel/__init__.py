# SPDX-License-Identifier: Apache-2.0
"""The kernel of AWS authorization: decides a request for everybody of an organisation at once."""
