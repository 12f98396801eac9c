"""Starts Rasa without TensorFlow: `python -m bot.light run ...` takes what `rasa run ...` takes.

No component of config.yml uses it, but Rasa's own ones, which it imports all, do: half the start and half the memory go
there. An empty stand-in lets them be imported. Training and everything else may use it too; DIET or TED may not.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

STOOD_IN_FOR = ("tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text")


class Nothing(type):
    """The class of everything in the stand-in: may be a base class, an annotation or a decorator, and does nothing."""

    def __getattr__(cls, name: str) -> "Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name, (), {})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        decorated = len(args) == 1 and callable(args[0]) and not kwargs
        return args[0] if decorated else lambda function: function

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__
    __getitem__ = __or__


class Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return sys.modules.get(f"{self.__name__}.{name}") or Nothing(name, (), {})


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in STOOD_IN_FOR:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []


def main() -> None:
    sys.meta_path.insert(0, StandIn())
    from rasa.__main__ import main as rasa

    sys.exit(rasa())


if __name__ == "__main__":
    main()
