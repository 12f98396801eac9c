"""Another process that says yes: waits for a line on its input, commits the plan, prints the receipt's number."""

import sys

from shop import identity, operations
from shop.ground.db import Database
from tests.shop.small import NOW

url, plan = sys.argv[1:]
db = Database(url)
with db.engine.connect():
    print("ready", flush=True)
sys.stdin.readline()
with db.transaction() as session:
    print(operations.commit(session, identity.of(session, "c1"), plan, "c1:3", NOW).number)
db.close()
