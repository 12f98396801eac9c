"""`python -m tests.conversations FOLDER` writes their shop, to be imported with `rapport shop import FOLDER`.

With --table it writes the table of docs/self-service.md anew.
"""

import sys
from pathlib import Path

from tests.conversations import given, table

if sys.argv[1:] == ["--table"]:
    table.put()
else:
    given.write(Path(sys.argv[1]))
