"""A process to be supervised: answers its own number, and its child's, on the port it is given."""

import http.server
import json
import os
import signal
import subprocess
import sys

port, *moods = sys.argv[1:]
if "stubborn" in moods:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
family = [os.getpid()]
if "parent" in moods:
    family.append(subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]).pid)


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(family).encode())


print("x" * 200_000)
print("up", flush=True)
http.server.HTTPServer(("127.0.0.1", int(port)), Answer).serve_forever()
