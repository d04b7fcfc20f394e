"""The gallery of label schemas, a file for each data type.

To add one: an `entry(...)` in the file of its data type. To add a data type: a file like the
others, and its name in `schema_templates.py`.
"""
