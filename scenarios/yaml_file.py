"""A YAML file with its line numbers: every value as it was typed (33.10 stays 33.10), and the line it stands on."""

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scenarios.mistakes import FieldPath, Mistake


class YamlFile:
    """One file. Raises `Mistake` where it cannot be read at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except OSError as fault:
            raise Mistake(f"{path}: it cannot be read ({fault.strerror})") from None
        except UnicodeDecodeError:
            raise Mistake(f"{path}: it is no UTF-8 text") from None
        except yaml.MarkedYAMLError as fault:
            line = fault.problem_mark.line + 1 if fault.problem_mark else 1
            raise Mistake(f"{path}:{line}: it is no YAML: {fault.problem}") from None
        except yaml.YAMLError:
            raise Mistake(f"{path}:1: it is no YAML: a character is not allowed") from None
        if not isinstance(root, MappingNode):
            raise Mistake(f"{path}:1: a programme was expected: `name: …`, `title: …` and so on")
        self._root = root

    def content(self) -> Any:  # noqa: ANN401  YAML is what it is
        """Give what the file says, with every value as text. Raises `Mistake` for a key that stands there twice."""
        return self._content(self._root, [])

    def line(self, where: FieldPath) -> int:
        """Give the line (from 1) of a field; of the nearest above it where it is missing."""
        node: Node = self._root
        line = 1
        for part in where:
            key, node = _descend(node, part)
            line = key.start_mark.line + 1 if key else line
        return line

    def mistake(self, where: FieldPath, sentence: str) -> str:
        """Write a mistake down: file, line, field and what was expected."""
        field = ".".join(str(part) for part in where)
        return f"{self.path}:{self.line(where)}: {field}: {sentence}" if field else f"{self.path}:1: {sentence}"

    def _content(self, node: Node, within: list[Node]) -> Any:  # noqa: ANN401  JSON is what it is
        if node in within:
            raise Mistake(f"{self.path}:{node.start_mark.line + 1}: it contains itself")
        if isinstance(node, SequenceNode):
            return [self._content(item, [*within, node]) for item in node.value]
        if not isinstance(node, MappingNode):
            return node.value
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise Mistake(f"{self.path}:{key.start_mark.line + 1}: a name was expected before the colon")
            if key.value in found:
                raise Mistake(f"{self.path}:{key.start_mark.line + 1}: `{key.value}` stands there twice")
            found[key.value] = self._content(value, [*within, node])
        return found


def _descend(node: Node, part: str | int) -> tuple[Node | None, Node]:
    """Go one level down: gives the part's key in the file (None where it is missing) and what is below it."""
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key, value
    return None, node
