"""Lets Rasa be imported without TensorFlow, which it imports for components that this pipeline does not have.

TensorFlow is half of Rasa's import time and three fifths of its memory. `stand_in` puts empty modules in its
place for this process; a component that needs the real one (DIET, TED) then fails as it is created and says
why.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class TensorFlowAbsent(Exception):
    """Something needs TensorFlow in a process that does without it; Rasa's own commands have it."""


class _Name(type):
    """The kind of each name in an absent module: to inherit from, to annotate with, to decorate with."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__bases__ != (object,):
            raise TensorFlowAbsent(
                f"{cls.__name__} needs TensorFlow, and this process was started without it."
            )
        return cls

    def __or__(cls, other: Any) -> Any:
        return Any

    __ror__ = __or__


class _Module(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # makes it a package, whose parts are as absent

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return (
            ModuleSpec(fullname, self, is_package=True)
            if fullname.split(".", maxsplit=1)[0] in ABSENT
            else None
        )

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def stand_in() -> None:
    """Call it before anything of Rasa is imported; does nothing where TensorFlow is loaded already."""
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _Finder())
