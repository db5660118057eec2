"""Static files under an address that changes when they do, so that a browser may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from itertools import product
from pathlib import Path
from string import ascii_letters

import rcssmin
import rjsmin
import zopfli.gzip
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.web.bundle import bundle

STATIC = Path(__file__).parent / "static"
# Where to mount them.
VERSIONS = "/static/{version}"

# Modules that come with all that they import at once. The page `/` asks for each of its own, and keeps it as long.
MODULES = ("widget/frame.js", "widget/loader.js")
# Style sheets that come with those they build on.
SHEETS = {"widget/frame.css": ("tokens.css", "base.css", "chat.css", "widget/frame.css")}


# Where it is used, or declared as a member.
_PRIVATE = re.compile(r"(?:(?<=[.{};\n*])|(?<=async)|(?<=[gs]et)|(?<=async )|(?<=[gs]et ))#([A-Za-z_]\w*)\b")


@dataclass(frozen=True)
class _File:
    type: str
    plain: bytes
    gzipped: bytes

    @classmethod
    def of(cls, name: str, body: bytes, *, bundled: bool) -> _File:
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        # Zopfli finds a shorter form of the same format, at a price that only what other websites load is worth.
        gzipped = zopfli.gzip.compress(body) if bundled else gzip.compress(body, 9, mtime=0)
        return cls(kind or "application/octet-stream", body, gzipped)


class VersionedFiles:
    """The files of a folder as an ASGI app, read once, minified and compressed.

    `url` is where they are, and changes with them. They name each other by relative addresses. A page that was opened
    before a deployment asks under an earlier address for what it had not fetched yet, and gets today's.
    """

    def __init__(
        self,
        folder: Path = STATIC,
        modules: Iterable[str] = MODULES,
        sheets: Mapping[str, Iterable[str]] = SHEETS,
    ) -> None:
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        bodies = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        bundles = {name: b"".join(bodies[part] for part in parts) for name, parts in sheets.items()}
        for name in modules:
            files = bundle(name, lambda other: (folder / other).read_text("utf-8"))
            bundles |= {file: text.encode() for file, text in files.items()}
        self._files = {
            name: _File.of(name, _minified(name, body), bundled=name in bundles)
            for name, body in (bodies | bundles).items()
        }
        digest = hashlib.sha256()
        for name, file in self._files.items():
            digest.update(f"{name}\0{len(file.plain)}\0".encode() + file.plain)
        self._version = digest.hexdigest()[:12]
        self.url = VERSIONS.format(version=self._version)

    def text(self, name: str) -> str:
        """A file's text as it is served."""
        return self._files[name].plain.decode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Method not allowed", HTTPStatus.METHOD_NOT_ALLOWED)
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        file = self._files.get(name)
        if file is None:
            return PlainTextResponse("Not found", HTTPStatus.NOT_FOUND)
        current = scope["path_params"]["version"] == self._version
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
            "Vary": "Accept-Encoding",
            # The widget's loader runs in other sites' pages. There is nothing in these files that is not public.
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            return Response(
                file.gzipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.type
            )
        return Response(file.plain, headers=headers, media_type=file.type)


@cache
def shipped_files() -> VersionedFiles:
    """Our own files, made ready once a process."""
    return VersionedFiles()


def _minified(name: str, body: bytes) -> bytes:
    """A script or a style sheet without comments and needless spaces, and with short private names."""
    if name.endswith(".js"):
        return short_private_names(str(rjsmin.jsmin(body.decode()))).encode()
    return str(rcssmin.cssmin(body.decode())).encode() if name.endswith(".css") else body


def short_private_names(script: str) -> str:
    """The script with `#a`, `#b` … for its private names, which nothing outside of their classes can see.

    Raises:
        ValueError: what reads like one of them stands where no private name can, as in a text.
    """
    uses = Counter(_PRIVATE.findall(script))
    for name, times in uses.items():
        if len(re.findall(rf"#{name}\b", script)) != times:
            raise ValueError(f"#{name} is a private name and stands in a text, too; give it another.")
    letters = (*ascii_letters, *map("".join, product(ascii_letters, repeat=2)))
    short = {name: letter for (name, _), letter in zip(uses.most_common(), letters, strict=False)}
    return _PRIVATE.sub(lambda found: f"#{short[found[1]]}", script)
