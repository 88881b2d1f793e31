"""Instances of the literature as location problems.

A folder holds files of instances and `best_known.csv`, a table with a row per instance:
`read_table(folder)` gives the rows, `read_instance(folder, row)` the problem of one of them. One
module per layout; each says at its head what the file holds and who published it.
"""

from optimizer.formats.instance import FAMILIES, read_instance
from optimizer.formats.table import TABLE, Row, read_table

__all__ = ["FAMILIES", "TABLE", "Row", "read_instance", "read_table"]
