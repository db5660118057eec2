"""Modules of JavaScript as one: a page asks for one file instead of twenty, a third smaller once compressed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

# As our modules are written: named imports and exports, each at the beginning of its line.
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function\*?) ([A-Za-z_$][\w$]*))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
_OTHER = re.compile(r"^(?:import|export)\b(?!\().*|\bimport\.meta\b", re.MULTILINE)


def bundle(entry: str, read: Callable[[str], str]) -> str:
    """One module that does what `entry` does, with what it imports in functions of their own.

    Args:
        entry: the module's name, such as `widget/frame.js`; imports are relative to the module they stand in.
        read: gives a module's text by its name.

    Raises:
        ValueError: a module imports itself in a circle, or imports or exports in another way than by name.
    """
    done: dict[str, list[str]] = {}
    parts: list[str] = []

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{name}: imports itself by way of {' and '.join(above)}.")
        if name in done:
            return
        text = read(name)
        given: list[str] = []
        for names, other in _IMPORT.findall(text):
            imported = _resolve(name, other)
            add(imported, (*above, name))
            if names:
                given.append(f"const {{{names}}} = {_variable(done, imported)};\n")
        exports = _EXPORT.findall(text)
        body = _EXPORT.sub("", _IMPORT.sub("", text))
        if found := _OTHER.search(body):
            raise ValueError(f"{name}: this cannot be bundled: {found[0]}")
        body = _LATER.sub(lambda match: f'import("{_relative(entry, _resolve(name, match[1]))}")', body)
        done[name] = exports
        returned = f"return {{ {', '.join(exports)} }};\n" if exports else ""
        parts.append(
            f"const {_variable(done, name)} = (() => {{\n{''.join(given)}{body.rstrip()}\n{returned}}})();\n"
        )

    add(entry, ())
    if exports := done[entry]:
        parts.append(f"export const {{ {', '.join(exports)} }} = {_variable(done, entry)};\n")
    return "".join(parts)


def _variable(done: dict[str, list[str]], name: str) -> str:
    return f"$m{list(done).index(name)}"


def _resolve(name: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other))


def _relative(entry: str, name: str) -> str:
    path = posixpath.relpath(name, posixpath.dirname(entry) or ".")
    return path if path.startswith(".") else f"./{path}"
