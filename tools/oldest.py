"""Print each dependency of the course and its tests in the oldest version that pyproject.toml allows: name==version."""

import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = (project["optional-dependencies"][name] for name in ("lab", "classroom", "cluster", "test"))
    for requirement in chain(project["dependencies"], *extras):
        print(requirement.replace(">=", "=="))


if __name__ == "__main__":
    main()
