# SPDX-License-Identifier: Apache-2.0
"""Kinds of the records that are made of what Chef says."""

PROVIDER = "chef"
NODE, RESOURCE = "Chef::Node", "Chef::Resource"
RIGHT, GROUP, ACTOR = "Chef::Acl", "Chef::Group", "Chef::Actor"
ITEM, KEY, THING, RUN = "Chef::DataBagItem", "Chef::Key", "Chef::Object", "Chef::Run"
"""Kinds of records."""
