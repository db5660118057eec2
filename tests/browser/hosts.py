"""Other people's websites, served from an address of their own: what the widget must live with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}</head>
<body><h1>{title}</h1><p>A page of a clinic's own. <a href="/second">Another page</a>
<button id="own" type="button">Ask about needles</button></p>{body}</body>
</html>"""


@dataclass
class Site:
    """A website: its address, and its pages with their headers, to be written by a test."""

    url: str
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def page(self, path: str, body: str, *, head: str = "", title: str = "A clinic", policy: str = "") -> str:
        """Puts up a page and gives its address."""
        headers = {"Content-Security-Policy": policy} if policy else {}
        self.pages[path] = (HTML.format(title=title, head=head, body=body), headers)
        return self.url + path

    def put(self, path: str, text: str) -> None:
        """Puts up anything else; a name that ends in `.js` is a script."""
        self.pages[path] = (text, {})


@contextmanager
def site(host: str = "127.0.0.1") -> Iterator[Site]:
    """Serves a website on a free port until the end of the block."""
    served: Site

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = served.pages.get(self.path.partition("?")[0], ("", {}))
            kind = "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8"
            self.send_response(200 if text or self.path == "/favicon.ico" else 404)
            for name, value in {"Content-Type": kind, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    served = Site(f"http://{host}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
