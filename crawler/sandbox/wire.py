"""HTTP/1.1 on loopback: reads requests, and sends a Reply in its manner, whole or broken."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Any, Self

from crawler.sandbox.replies import Reply

Answer = Callable[[str, str, Mapping[str, str], bytes], Reply]
"""Method, path, headers with names in lower case, body."""

_NO_BODY = frozenset({204, 304})


class Listener(ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1, one thread a connection; `closing` ends waits between dripping bytes."""

    allow_reuse_address = True
    daemon_threads = False
    request_queue_size = 256

    def __init__(self, answer: Answer, closing: threading.Event) -> None:
        self.answer = answer
        self.closing = closing
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port: int = self.socket.getsockname()[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """A new connection, remembered until it is closed."""
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection; one that lingers for no time at all is reset, without a word of farewell."""
        with self._lock:
            self._open.discard(request)
        lingering = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) if request.fileno() >= 0 else b""
        if lingering == _NO_LINGER:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wakes the threads that wait on idle connections; they close them."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nothing to report; a fault of our own is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Loopback(ABC):
    """Something that answers at `base_url`, a free port of 127.0.0.1, while it is entered."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._listener = Listener(self.answer, self.closing)
        self.base_url = f"http://127.0.0.1:{self._listener.port}"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), name="sandbox", daemon=True)

    @abstractmethod
    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to one request; header names are in lower case."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.close_connections()
        self._listener.server_close()


_NO_LINGER = struct.pack("ii", 1, 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def do_GET(self) -> None:
        headers = {name.lower(): text for name, text in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        reply = self.server.answer(self.command, self.path, headers, body)
        if reply.manner == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.close_connection = True
        else:
            self._send(reply)
            if reply.sent:
                reply.sent()

    do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  # the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's own signature
        """Says nothing: the server that answers keeps the log."""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, text in reply.headers.items():
            self.send_header(name, text)
        if reply.status not in _NO_BODY:
            missing = 100 if reply.manner == "truncated" else 0
            self.send_header("content-type", reply.content_type)
            self.send_header("content-length", str(len(reply.body) + missing))
        self.end_headers()
        if reply.status in _NO_BODY or self.command == "HEAD":
            return
        if reply.manner == "dripping":
            for at in range(len(reply.body)):
                if self.server.closing.wait(reply.pause):
                    break
                self.wfile.write(reply.body[at : at + 1])
        else:
            self.wfile.write(reply.body)
        self.close_connection |= reply.manner != "whole"
