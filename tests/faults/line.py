"""A line to a Meridian that is cut while messages are on their way: a TCP proxy of our own."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from itertools import cycle

_ID = re.compile(rb'"client_message_id":\s*"(\w+)"')


class Cut(Enum):
    """When every connection is cut, measured by a message on its way."""

    LOST = auto()  # before the server has it
    UNACKNOWLEDGED = auto()  # when the server has it and says so, before a word of that is through


# A browser itself repeats what fails on a connection that was used before; so some are cut again at once.
_PATTERNS = cycle(
    (
        (Cut.LOST,),
        (Cut.UNACKNOWLEDGED,),
        (Cut.LOST, Cut.UNACKNOWLEDGED),
        (Cut.UNACKNOWLEDGED, Cut.UNACKNOWLEDGED),
        (Cut.LOST, Cut.LOST),
    )
)


class Line:
    """Carries bytes to the server on a port of this machine, and is cut until none is `left`; `cuts` tells how."""

    def __init__(self, port: int, cuts: int = 0) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.RLock()
        self._plans: dict[bytes, list[Cut]] = {}
        self._doomed = False
        self.left = cuts
        self.cuts: list[Cut] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections and ends those that are open."""
        self._listener.close()
        self._end_all()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._server)
        except OSError:
            client.close()
            return
        with self._lock:
            self._open |= {client, server}
        back = threading.Thread(target=self._carry_back, args=(server, client), daemon=True)
        back.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if any(not self._passes(named) for named in _ID.findall(data)):
                    break
                server.sendall(data)
        _end(server)
        back.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    def _carry_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                with self._lock:
                    if self._doomed:
                        self._cut(Cut.UNACKNOWLEDGED)
                        break
                client.sendall(data)
        _end(client)

    def _passes(self, named: bytes) -> bool:
        """Whether a message goes on to the server; what comes back may be doomed all the same."""
        with self._lock:
            plan = self._plans.setdefault(named, list(next(_PATTERNS)))
            if not plan or self.left == 0:
                return True
            if plan.pop(0) is Cut.LOST:
                self._cut(Cut.LOST)
                return False
            self._doomed = True
            return True

    def _cut(self, how: Cut) -> None:
        self._doomed = False
        self.left -= 1
        self.cuts.append(how)
        self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            for each in self._open:
                _end(each)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line(port: int, cuts: int = 0) -> Iterator[Line]:
    """A line to the server on `port` that is cut so many times."""
    carrying = Line(port, cuts)
    try:
        yield carrying
    finally:
        carrying.close()
