"""Modules of JavaScript as few files: one with all that is needed first, one for each part that is fetched later."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

# As our modules are written: named imports and exports, each at the beginning of its line.
_IMPORT = re.compile(r'^import (?:\{\s*([\w$]+(?:,\s*[\w$]+)*),?\s*\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_DECLARED = re.compile(
    r"^(export )?(?:async )?(?:class|const|let|function\*?) ([A-Za-z_$][\w$]*)", re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
_OTHER = re.compile(r"^(?:import|export)\b(?!\().*|^(?:const|let) [\[{].*|\bimport\.meta\b", re.MULTILINE)

# What a module's name stands for: its text. In the order in which the modules run.
_Modules = dict[str, str]


def bundle(entry: str, read: Callable[[str], str]) -> dict[str, str]:
    """What `entry` does, in as few files as can be, by their names.

    The modules of a file share one scope. A part that is fetched later takes what it shares with the entry from there:
    each module runs once.

    Args:
        entry: the module's name, such as `widget/frame.js`; imports are relative to the module they stand in.
        read: gives a module's text by its name.

    Returns:
        The entry under its own name, and each part that it fetches later (`import("…")`) in a folder beside it:
        `seldom.js` becomes `widget/frame/seldom.js`.

    Raises:
        ValueError: a module imports itself in a circle, or imports or exports in another way than by name; two modules
            of a file declare the same name; two parts share a module that the entry does not have.
    """
    first = _gather(entry, read, ())
    parts: dict[str, _Modules] = {}
    waiting = _fetched_by(first)
    while waiting:
        name = waiting.pop()
        if name in first:
            raise ValueError(f"{name}: imported at once and later; one of them is not needed.")
        if name not in parts:
            parts[name] = _gather(name, read, first)
            waiting += _fetched_by(parts[name])
    for module, times in Counter(module for part in parts.values() for module in part).items():
        if times > 1:
            raise ValueError(f"{module}: two parts that are fetched later need it; import it in {entry}.")

    files = {name: _beside(entry, name) for name in parts}
    taken = {name: _taken(modules, first) for name, modules in parts.items()}
    _refuse_twins(first, ())
    for name, modules in parts.items():
        _refuse_twins(modules, taken[name])
    own = _exported(first[entry])
    bundled = {
        entry: _file(entry, first, sorted({*own, *(each for some in taken.values() for each in some)}), files)
    }
    for name, modules in parts.items():
        head = (
            f'import {{ {", ".join(taken[name])} }} from "{_relative(files[name], entry)}";\n'
            if taken[name]
            else ""
        )
        bundled[files[name]] = head + _file(files[name], modules, _exported(modules[name]), files)
    return bundled


def _gather(entry: str, read: Callable[[str], str], there: Collection[str]) -> _Modules:
    """The module and all that it imports at once, but for what is there already."""
    found: _Modules = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{name}: imports itself by way of {' and '.join(above)}.")
        if name in found or name in there:
            return
        text = read(name)
        for _, other in _IMPORT.findall(text):
            add(_resolve(name, other), (*above, name))
        if fault := _OTHER.search(_bare(text)):
            raise ValueError(f"{name}: this cannot be bundled: {fault[0]}")
        found[name] = text

    add(entry, ())
    return found


def _bare(text: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", text))


def _fetched_by(modules: _Modules) -> list[str]:
    return [_resolve(name, other) for name, text in modules.items() for other in _LATER.findall(text)]


def _taken(modules: _Modules, first: Collection[str]) -> list[str]:
    """The names that a part imports from the modules of the first file."""
    names = {
        each.strip()
        for name, text in modules.items()
        for names, other in _IMPORT.findall(text)
        if _resolve(name, other) in first
        for each in names.split(",")
    }
    return sorted(names - {""})


def _refuse_twins(modules: _Modules, taken: Iterable[str]) -> None:
    """A name means one thing in a file, where its modules share a scope with what it imports."""
    declared = dict.fromkeys(taken, "what it imports")
    for name, text in modules.items():
        for _, each in _DECLARED.findall(text):
            if each in declared:
                raise ValueError(f"{name}: {each} is a name in {declared[each]}, too; give one another.")
            declared[each] = name


def _exported(text: str) -> list[str]:
    return [name for exported, name in _DECLARED.findall(text) if exported]


def _file(file: str, modules: _Modules, exported: Iterable[str], files: Mapping[str, str]) -> str:
    """The modules in one function, with these names for others to import."""

    def body(name: str, text: str) -> str:
        def later(found: re.Match[str]) -> str:
            return f'import("{_relative(file, files[_resolve(name, found[1])])}")'

        return _LATER.sub(later, _bare(text))

    names = ", ".join(exported)
    inside = "".join(body(name, text) for name, text in modules.items())
    if not names:
        return f"(() => {{\n{inside}}})();\n"
    return f"export const {{ {names} }} = (() => {{\n{inside}return {{ {names} }};\n}})();\n"


def _resolve(name: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other))


def _beside(entry: str, name: str) -> str:
    path = posixpath.relpath(name, posixpath.dirname(entry) or ".")
    return f"{entry.removesuffix('.js')}/{path.replace('../', '')}"


def _relative(file: str, name: str) -> str:
    path = posixpath.relpath(name, posixpath.dirname(file) or ".")
    return path if path.startswith(".") else f"./{path}"
