"""What other websites load of us: the script, the page for the frame, the files, and who may show them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.testclient import TestClient

from bot.database import Database
from bot.doctor import CHECKS
from bot.settings import Settings
from bot.web.bundle import bundle
from bot.web.static_files import VersionedFiles, short_private_names
from tests.browser import node

SITES = ["https://www.clinic.example", "http://127.0.0.1:8080"]


@pytest.fixture
def static(app: FastAPI) -> VersionedFiles:
    found: VersionedFiles = app.state.static
    return found


def test_the_script_is_asked_for_again_and_its_loader_is_kept(
    http: TestClient, static: VersionedFiles
) -> None:
    script = http.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "max-age=300" in script.headers["cache-control"]
    assert "Willow Lane" in script.text
    again = http.get("/widget.js", headers={"If-None-Match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    loader = re.search(r'import\(new URL\("\.(/static/[^"]+)"', script.text)
    assert loader and loader[1] == f"{static.url}/widget/loader.js"
    kept = http.get(loader[1])
    assert kept.status_code == 200
    assert "immutable" in kept.headers["cache-control"]
    # Another site's page runs it, as a module.
    assert kept.headers["access-control-allow-origin"] == "*"
    assert kept.headers["cross-origin-resource-policy"] == "cross-origin"


def test_only_this_server_may_frame_the_chat_unless_the_settings_name_others(
    http: TestClient, settings: Settings, database: Database
) -> None:
    alone = http.get("/widget")
    assert "frame-ancestors 'self';" in alone.headers["content-security-policy"]
    settings.allowed_sites[:] = SITES
    named = http.get("/widget")
    assert f"frame-ancestors 'self' {' '.join(SITES)};" in named.headers["content-security-policy"]
    # This header cannot name a site, and would refuse them all in a browser that heeds it first.
    assert "x-frame-options" not in named.headers
    # The other pages stay where they are.
    assert "frame-ancestors 'self';" in http.get("/").headers["content-security-policy"]
    assert database


def test_the_frame_runs_no_script_but_ours(http: TestClient) -> None:
    page = http.get("/widget")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", page.text)
    again = http.get("/widget", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "site",
    [
        "*",
        "www.clinic.example",
        "https://clinic.example/page",
        "https://*.clinic.example",
        "https://clinic.example; script-src *",
        "https://clinic.example:443",
        "https://Clinic.example",
        "javascript:alert(1)",
    ],
)
def test_a_site_that_is_no_address_is_refused_at_the_start(site: str) -> None:
    with pytest.raises(ValidationError, match="not the address of a website"):
        Settings(_env_file=None, allowed_sites=site)


def test_sites_are_given_with_commas() -> None:
    settings = Settings(_env_file=None, allowed_sites="https://www.clinic.example/ , http://127.0.0.1:8080")
    assert settings.allowed_sites == SITES


def test_the_doctor_speaks_of_a_website_without_encryption(settings: Settings) -> None:
    settings.allowed_sites[:] = [*SITES, "http://clinic.example"]
    (found,) = CHECKS["websites that may show the chat"](settings)
    assert found.code == "M110"
    assert "http://clinic.example may" in found.what


def test_files_are_compressed_for_those_who_can_read_them(http: TestClient, static: VersionedFiles) -> None:
    address = f"{static.url}/chat.css"
    squeezed = http.get(address, headers={"Accept-Encoding": "gzip"})
    plain = http.get(address, headers={"Accept-Encoding": "identity"})
    assert squeezed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert squeezed.text == plain.text
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (squeezed, plain))
    assert int(squeezed.headers["content-length"]) == len(gzip.compress(plain.content, 9, mtime=0))


def test_a_page_from_before_a_deployment_gets_what_it_still_needs(
    http: TestClient, static: VersionedFiles
) -> None:
    earlier = http.get("/static/0123456789ab/widget/loader/panel.js")
    assert earlier.text == http.get(f"{static.url}/widget/loader/panel.js").text
    # What stands there today must not be kept under that address.
    assert earlier.headers["cache-control"] == "no-cache"
    assert http.get("/static/0123456789ab/nothing.js").status_code == 404
    assert "stale" not in http.get("/widget.js").headers["cache-control"]


@pytest.mark.parametrize("path", ["/nothing.js", "/../app.py", "/%2e%2e/app.py", "/"])
def test_nothing_but_the_files_is_served(http: TestClient, static: VersionedFiles, path: str) -> None:
    assert http.get(static.url + path).status_code == 404


def test_the_address_changes_with_any_file(static: VersionedFiles) -> None:
    assert VersionedFiles().url == static.url
    assert VersionedFiles(modules=()).url != static.url


MODULES = {
    "a/main.js": 'import { twice } from "../b.js";\nimport "./side.js";\n'
    "export function four() {\n  return twice(2);\n}\n",
    "a/side.js": 'const later = () => import("../lazy.js");\n',
    "b.js": "export const twice = (n) => n * 2;\n",
    "lazy.js": 'import { twice } from "./b.js";\nimport { nine } from "./c.js";\n'
    "export const more = twice(nine);\n",
    "c.js": "export const nine = 9;\n",
}


def test_what_is_needed_first_is_one_file_and_what_comes_later_another() -> None:
    first, later = (text for _, text in sorted(bundle("a/main.js", MODULES.__getitem__).items()))
    assert not re.search(r"^import ", first, re.MULTILINE)
    assert first.index("twice = (n)") < first.index("function four")
    assert 'import("./main/lazy.js")' in first
    assert "nine" not in first
    assert later.startswith('import { twice } from "../main.js";\nexport const { more } = ')
    assert later.index("nine = 9") < later.index("twice(nine)")


def test_a_module_that_comes_later_shares_what_is_there(tmp_path: Path) -> None:
    """Node runs the files: the part that came later has changed what the first one counts."""
    modules = {
        "main.js": 'import { counted } from "./count.js";\nimport("./lazy.js").then(({ more }) => {\n'
        "  more();\n  console.log(counted());\n});\n",
        "count.js": "let n = 0;\nexport function add() {\n  n += 1;\n}\nexport function counted() {\n  return n;\n}\n",
        "lazy.js": 'import { add } from "./count.js";\nexport function more() {\n  add();\n}\n',
    }
    for name, text in modules.items():
        (tmp_path / name).write_text(text)
    served = VersionedFiles(tmp_path, modules=["main.js"], sheets={})
    (tmp_path / "main").mkdir()
    for name in ("main.js", "main/lazy.js"):
        (tmp_path / name).write_text(served.text(name))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    said = node.run(str(tmp_path / "main.js"))
    assert said.stdout == "1\n", said.stderr


def test_private_names_are_short_and_texts_stay() -> None:
    script = "class A{#count=1;\nget #next(){return this.#count+1}\nof(){return this.#next+'#chat'}}"
    assert short_private_names(script) == script.replace("#count", "#a").replace("#next", "#b")
    with pytest.raises(ValueError, match="#chat is a private name and stands in a text"):
        short_private_names(script + "class B{#chat=1}")


@pytest.mark.parametrize(
    ("modules", "fault"),
    [
        ({"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}, "circle|itself"),
        ({"a.js": "export default 3;\n"}, "cannot be bundled: export default"),
        ({"a.js": 'import * as all from "./b.js";\n'}, r"cannot be bundled: import \*"),
        ({"a.js": 'import { b as c } from "./b.js";\n'}, "cannot be bundled: import { b as c }"),
        (
            {"a.js": 'import "./b.js";\nconst same = 1;\n', "b.js": "const same = 2;\n"},
            "same is a name in b.js",
        ),
        (
            {
                "a.js": 'const later = [() => import("./b.js"), () => import("./c.js")];\n',
                "b.js": 'import "./d.js";\n',
                "c.js": 'import "./d.js";\n',
                "d.js": "export const d = 4;\n",
            },
            "d.js: two parts",
        ),
        (
            {"a.js": 'import "./b.js";\nimport("./b.js");\n', "b.js": "export const b = 2;\n"},
            "at once and later",
        ),
    ],
)
def test_what_cannot_be_bundled_is_said_at_the_start(modules: dict[str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        bundle("a.js", modules.__getitem__)
