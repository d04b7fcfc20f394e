"""Puts the house into the wheel as data of the one package `winnow`, with the built workbench."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("config", "foundation", "datasets", "annotate", "training", "templates", "locale")
STATIC_SOURCES = "workbench"  # what Vite reads; its output is static/dist


class HouseHook(BuildHookInterface):  # type: ignore[misc]  # hatchling has no types
    """Builds the workbench where that was not done, then lists the files of the house."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `force_include`: a file here, its place in the wheel."""
        root = Path(self.root)
        if version == "editable":
            return
        if not (root / "static" / "dist" / "manifest.json").exists():
            build_workbench(root / "static" / "workbench")
        if self.target_name == "wheel":
            for path in house_files(root):
                place = Path("winnow") / "house" / path.relative_to(root)
                build_data["force_include"][str(path)] = place.as_posix()


def house_files(root: Path) -> list[Path]:
    """Every file that belongs into the wheel."""
    static = root / "static"
    folders = [root / name for name in FOLDERS]
    if static.is_dir():
        folders += [path for path in static.iterdir() if path.name != STATIC_SOURCES]
    found = [path for folder in folders if folder.exists() for path in files_under(folder)]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def files_under(path: Path) -> list[Path]:
    """The path itself if it is a file, else every file below it."""
    return [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]


def build_workbench(folder: Path) -> None:
    """Run npm in the workbench's folder.

    Raises
    ------
    RuntimeError
        There is no npm.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "The workbench is not built and npm was not found. Run `make assets` first."
        )
    for words in (["ci", "--silent"], ["run", "--silent", "build"]):
        subprocess.run([npm, *words], cwd=folder, check=True)
