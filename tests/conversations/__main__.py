"""`python -m tests.conversations FOLDER` writes their shop, to be imported with `rapport shop import FOLDER`."""

import sys
from pathlib import Path

from tests.conversations import given

given.write(Path(sys.argv[1]))
