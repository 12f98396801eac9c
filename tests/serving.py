"""A small HTTP server of a test's own, in threads of its process, that keeps nobody waiting."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

POLL_S = 0.02  # how soon it is noticed that a server is to end


class Answering(BaseHTTPRequestHandler):
    """Keeps connections, quietly. An answer is two writes: the second would wait up to 40 ms for what the other side says to
    the first."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests ask for what they want to know."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def start(self) -> None:
        """Answers from now on; `end` stops it."""
        Thread(target=self.serve_forever, args=(POLL_S,), daemon=True).start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()
