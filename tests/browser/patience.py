"""How long the browser tests wait for what they expect."""

PATIENCE_MS = 90_000  # a promise to the test, not a measure: the machine may be busy
