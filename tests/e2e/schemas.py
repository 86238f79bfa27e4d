"""The Kafka messages that the tests speak, written down from Kafka's published message definitions.

A line is a field: name, type, and where they matter `in LO-HI` (versions, default all), `null LO`
(nullable from), `tag N` (tagged, `in` gives the versions). `[]` is an array of what follows
indented, `[]i32` one of scalars, `{}` a struct. test_protocol.py proves them against golden bytes.
"""

from schemas_request import REQUESTS
from schemas_response import RESPONSES

__all__ = ["FLEXIBLE", "REQUESTS", "RESPONSES"]

FLEXIBLE = {0: 9, 1: 12, 2: 6, 3: 9, 8: 8, 9: 6, 10: 3, 11: 6, 12: 4, 13: 4, 14: 4, 15: 5, 16: 3}
FLEXIBLE |= {18: 3, 22: 2, 23: 4, 32: 4, 35: 2, 44: 1, 46: 0, 60: 0, 61: 0, 65: 0, 66: 0, 47: 999}
