"""Key files for services under test: who is an operator, by a key that the test knows."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.key_file import Operator, PeerService, hash_of, line_of

_folder = TemporaryDirectory(prefix="pulih-keys-")


@cache
def key_file(operator: str = "the-operator", service: str = "a-service") -> Path:
    """Give a file with one operator, named `siti`, and one service, named `training`, by their keys."""
    path = Path(_folder.name) / hash_of(f"{operator} {service}")
    path.write_text(line_of(Operator("siti"), hash_of(operator)) + line_of(PeerService("training"), hash_of(service)))
    return path
