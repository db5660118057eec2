"""The server is killed again and again while ten clients write: what it acknowledged is there, once and in order.

Seen to fail where the server does not know a message by its `client_message_id`.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot.scratch import Stack
from bot.visitor import Visitor, client
from tests.faults.conftest import KILLS, Message, assert_whole
from tests.stack.test_faults import process, wait_ready

CLIENTS = 10
PATIENCE = 10.0  # seconds
STALLED = 30.0


class Writer(threading.Thread):
    """A visitor who writes one message after the other, each again until it is acknowledged."""

    def __init__(self, http: httpx.Client, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.visitor = Visitor(http)
        self.written: list[str] = []
        self._enough = enough

    def run(self) -> None:
        while not self._enough.is_set() or len(self.written) < 5:
            text = f"are the needles sterile? {len(self.written) + 1}"
            body = {"client_message_id": uuid.uuid4().hex, "text": text}
            while not self.acknowledged(body):
                time.sleep(0.05)
            self.written.append(text)
            time.sleep(0.5)  # a person reads now and then

    def acknowledged(self, body: dict[str, str]) -> bool:
        """Sends a message; gives whether the server said that it has it."""
        with suppress(httpx.HTTPError):
            answer = self.visitor.call("POST", "/messages", json=body)
            return answer.status_code == httpx.codes.OK
        return False


class StreamWriter(Writer):
    """One who writes over the WebSocket, and comes back to it with the last `seq` known without a gap."""

    def __init__(self, http: httpx.Client, enough: threading.Event) -> None:
        super().__init__(http, enough)
        self.seen: dict[int, Message] = {}
        self._url = (
            f"{str(http.base_url).replace('http', 'ws', 1)}/api/v1/conversations/{self.visitor.id}/stream"
        )
        self._socket: ClientConnection | None = None

    def acknowledged(self, body: dict[str, str]) -> bool:
        try:
            socket = self._socket or self._come_back()
            socket.send(json.dumps(body))
            for message in self._messages(socket):
                if message["client_message_id"] == body["client_message_id"]:
                    return True
        except (OSError, WebSocketException):
            self._socket = None
        return False

    def watch(self, last: int) -> None:
        """Reads on until the message with the `seq` has come."""
        socket = self._come_back()
        for _ in self._messages(socket):
            if last in self.seen:
                return

    def _come_back(self) -> ClientConnection:
        self._socket = connect(self._url, proxy=None, open_timeout=PATIENCE)
        after = next(seq for seq in range(len(self.seen) + 1) if seq + 1 not in self.seen)
        self._socket.send(json.dumps({"token": self.visitor.token, "after": after}))
        return self._socket

    def _messages(self, socket: ClientConnection) -> Iterator[Message]:
        while True:
            frame = json.loads(socket.recv(PATIENCE))
            if frame["type"] == "message":
                self.seen[frame["message"]["seq"]] = frame["message"]
                yield frame["message"]


def wait_answered(writers: list[Writer]) -> None:
    """Waits while replies still come: what was left when the server was killed is taken up, however much it is."""
    left, deadline = -1, 0.0
    while left:
        transcripts = [writer.visitor.transcript() for writer in writers]
        answered = {message["in_reply_to"] for each in transcripts for message in each}
        asked = [m["id"] for each in transcripts for m in each if m["author"] == "visitor"]
        before, left = left, len(set(asked) - answered)
        if left != before:
            deadline = time.monotonic() + STALLED
        assert time.monotonic() < deadline, f"{left} messages without a reply, and none came for {STALLED} s"
        time.sleep(0.2)


def test_ten_clients_lose_nothing_though_the_server_is_killed(fragile: Stack) -> None:
    enough = threading.Event()
    with client(fragile.url) as http:
        writers = [(Writer, StreamWriter)[number % 2](http, enough) for number in range(CLIENTS)]
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            time.sleep(1)
            process(fragile, "bot.web.serve").kill()
            wait_ready(fragile)
        enough.set()
        for writer in writers:
            writer.join(120)
            assert not writer.is_alive()
        wait_answered(writers)
        for writer in writers:
            transcript = writer.visitor.transcript()
            assert_whole(transcript, writer.written)
            if isinstance(writer, StreamWriter):
                writer.watch(len(transcript))
                # The greeting came with the conversation.
                assert [writer.seen[seq] for seq in sorted(writer.seen)] == transcript
