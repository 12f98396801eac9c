"""`python -m handoff.twins`: the twins alone, for tests and for a gateway that was started by hand."""

import sys

from handoff.twins.serve import serve
from shop.ground import settings

try:
    serve(settings.load())
except settings.BadSetting as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
