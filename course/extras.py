"""need(): one sentence about the missing extra, in place of a ModuleNotFoundError from deep inside the package."""

from importlib.util import find_spec


def need(module: str, *, to: str, extra: str) -> None:
    """Raise ImportError if the top-level `module` is not installed.

    to: what the module is needed for, as an infinitive ("draw a picture"). extra: the extra of this package that
    brings it (see pyproject.toml).
    """
    if find_spec(module) is None:
        raise ImportError(f"{module} is needed to {to}: pip install 'many-clients[{extra}]'", name=module)
