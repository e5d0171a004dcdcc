"""`architectures.yaml` → entries and recipes; an error names file, line, key and expectation."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails, to_json

from pipeline import yaml_file
from pipeline.architecture import Name
from pipeline.errors import PocketDigitsError
from pipeline.layers import Strict
from pipeline.recipe import Entry, Recipe
from pipeline.yaml_file import Document

ARCHITECTURES = Path(__file__).with_name("architectures.yaml")
PERCENT = 100


class Config(Strict):
    """The whole of `architectures.yaml`."""

    recipes: dict[Name, Recipe]
    architectures: dict[Name, Entry] = Field(min_length=1)

    def select(self, names: list[str], recipe: str) -> list[Entry]:
        """Return the named entries, or all, with a recipe applied, in the file's order."""
        if recipe not in self.recipes:
            raise PocketDigitsError(_unknown("recipe", recipe, self.recipes))
        for name in names:
            if name not in self.architectures:
                raise PocketDigitsError(_unknown("architecture", name, self.architectures))
        return [
            entry.under(self.recipes[recipe])
            for name, entry in self.architectures.items()
            if not names or name in names
        ]


def load(path: Path = ARCHITECTURES) -> Config:
    """Read and check the YAML file at `path`."""
    try:
        document = yaml_file.read(path)
    except OSError as error:
        problem = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise PocketDigitsError(
            f"{path}: {problem}, expected a list of architectures; name another with --config,"
            f" or restore {ARCHITECTURES.name} from git"
        ) from error
    named = _with_names(path, document)
    try:
        # As JSON, whose strict mode takes lists for tuples, and still no text for a number.
        return Config.model_validate_json(to_json(named), strict=True)
    except ValidationError as error:
        # A bad name is found twice: as a key, and as the name that the entry got from it.
        findings = dict.fromkeys(_finding(path, document, detail) for detail in error.errors())
        raise PocketDigitsError("\n".join(findings)) from error


def _with_names(path: Path, document: Document) -> object:
    """Give every entry its key as its name; raise PocketDigitsError for one that has another."""
    value = document.value
    if not isinstance(value, Mapping) or not isinstance(value.get("architectures"), Mapping):
        return value
    entries = {}
    for name, entry in value["architectures"].items():
        if isinstance(entry, Mapping) and "name" in entry:
            line, keys = document.place(("architectures", name, "name"))
            raise PocketDigitsError(
                f"{path}:{line}: {'.'.join(keys)}: unknown key 'name', its key is {name!r};"
                " remove it"
            )
        entries[name] = {"name": name, **entry} if isinstance(entry, Mapping) else entry
    return {**value, "architectures": entries}


def _finding(path: Path, document: Document, detail: ErrorDetails) -> str:
    """Turn one of pydantic's errors into `file:line: key: what was found, what was expected`."""
    # pydantic's location also holds union branches and "[key]", which are not in the file.
    line, keys = document.place(detail["loc"])
    if detail["type"] == "missing":
        keys.append(str(detail["loc"][-1]))
    where = f"{path}:{line}: {'.'.join(keys)}"
    if detail["type"] == "extra_forbidden":
        return f"{where}: {_unknown('key', keys[-1], _known_keys(detail['loc']))}"
    if detail["type"] == "missing":
        return f"{where}: missing, expected a value; add it"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "string_pattern_mismatch":
        message = "expected lower-case letters, digits and hyphens, a letter first"
    found = "" if isinstance(detail["input"], Mapping) else f"found {detail['input']!r}: "
    return f"{where}: {found}{message}{_share_meant(detail)}"


def _share_meant(detail: ErrorDetails) -> str:
    """Suggest 0.99 to whoever wrote 99 for a share."""
    bounds, found = detail.get("ctx", {}), detail["input"]
    if bounds.get("le", bounds.get("lt")) == 1 < found <= PERCENT:
        return f"; did you mean {found / PERCENT:g}?"
    return ""


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the model around an unknown key accepts."""
    around: list[type[BaseModel]] = [Config]
    for part in location[:-1]:
        fields = [model.model_fields[part] for model in around if part in model.model_fields]
        if fields:
            around = [model for field in fields for model in _models(field.annotation)]
        else:  # a name, an index, or the tag that chooses between several kinds of layer
            around = [model for model in around if _is_tagged(model, part)] or around
    return sorted({key for model in around for key in model.model_fields} - {"name"})


def _models(annotation: object) -> list[type[BaseModel]]:
    """Return the models that an annotation names, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


def _is_tagged(model: type[BaseModel], tag: int | str) -> bool:
    return "type" in model.model_fields and tag in get_args(model.model_fields["type"].annotation)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"unknown {kind} {name!r}, expected one of: {', '.join(known)}{hint}"
