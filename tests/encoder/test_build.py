"""The encoder is made from the published weights and nothing else, all at once or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="the encoder is built in the application's environment")

from bot.encoder import build, source
from bot.encoder.files import EncoderFiles


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> EncoderFiles:
    return build.build(tmp_path_factory.mktemp("models") / "encoder")


def test_a_built_encoder_has_nothing_to_complain_of(built: EncoderFiles) -> None:
    assert build.verify(built.folder) == []
    assert [path.name for path in built.folder.parent.iterdir()] == ["encoder"]


def test_two_builds_make_the_same(built: EncoderFiles, tmp_path: Path) -> None:
    again = build.build(tmp_path / "encoder")
    assert again.description.read_text() == built.description.read_text()


def test_building_again_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "old").touch()
    files = build.build(tmp_path / "encoder")
    assert {path.name for path in files.folder.iterdir()} == {"model.onnx", "tokenizer.json", "encoder.json"}


@pytest.mark.parametrize("name", list(source.PUBLISHED))
def test_another_file_than_the_published_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / name
    content = bytearray(source.find()[name].read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    found = {**source.find(), name: other}
    monkeypatch.setattr(source, "find", lambda: found)
    with pytest.raises(source.SourceRefused, match=f"not the published {name}"):
        build.build(tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()


def test_a_build_that_dies_leaves_the_old_encoder(
    built: EncoderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "old").touch()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "_quantise", die)
    with pytest.raises(KeyboardInterrupt):
        build.build(tmp_path / "encoder")
    assert [path.name for path in tmp_path.rglob("*")] == ["encoder", "old"]


def test_a_changed_file_is_found(built: EncoderFiles, tmp_path: Path) -> None:
    copy = EncoderFiles(tmp_path / "encoder")
    copy.folder.mkdir()
    for path in built.folder.iterdir():
        (copy.folder / path.name).write_bytes(path.read_bytes())
    with copy.model.open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1\2\3")
    copy.tokenizer.unlink()
    problems = build.verify(copy.folder)
    assert len(problems) == 2
    assert "SHA-256 differs" in problems[0]
    assert "tokenizer.json" in problems[1]


def test_an_encoder_of_another_version_is_found(built: EncoderFiles, tmp_path: Path) -> None:
    description = json.loads(built.description.read_text())
    (tmp_path / "encoder.json").write_text(json.dumps({**description, "version": 0}))
    assert "build it again" in build.verify(tmp_path)[0]


def test_a_missing_encoder_is_one_problem(tmp_path: Path) -> None:
    assert len(build.verify(tmp_path / "encoder")) == 1
