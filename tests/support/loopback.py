"""A server on this machine, for tests of downloads."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Answers requests for one file on this machine in the ways that servers do."""

    def __init__(self, body: bytes, name: str) -> None:
        self.body = body
        self.statuses: list[int] = []  # to answer with before the body is served
        self.promised = len(body)
        self.gets = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(200)

            def do_GET(self) -> None:
                outer.gets += 1
                self.answer(outer.statuses.pop(0) if outer.statuses else 200)

            def answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(outer.promised if status == 200 else 0))
                self.end_headers()
                if status == 200 and self.command == "GET":
                    self.wfile.write(outer.body)

            def log_message(self, *arguments: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/{name}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
