# SPDX-License-Identifier: Apache-2.0
"""What facts say of networks, looked up by id and parsed; judges nothing."""
