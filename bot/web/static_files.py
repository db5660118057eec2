"""Static files under an address that changes when they do, so that a browser may keep them for good."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"


class VersionedFiles(StaticFiles):
    """The files of `static/`; `url` is where to mount them. They name each other by relative addresses."""

    def __init__(self, folder: Path = STATIC) -> None:
        super().__init__(directory=folder)
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.read_bytes())
        self.url = f"/static/{digest.hexdigest()[:12]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
