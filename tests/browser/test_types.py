"""The browser's modules are plain JavaScript; their types stand in comments and are checked here."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser import node


def test_the_types_of_all_modules_are_right() -> None:
    checked = node.tsc("--project", "tsconfig.json")
    assert checked.returncode == 0, checked.stdout


def test_a_wrong_type_is_found(tmp_path: Path) -> None:
    (tmp_path / "wrong.js").write_text("/** @param {string} word */\nexport const f = (word) => word * 2;\n")
    options = {"extends": str(node.HERE / "tsconfig.json"), "include": ["*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(options))
    checked = node.tsc("--project", str(tmp_path))
    assert checked.returncode != 0
    assert "wrong.js" in checked.stdout
