"""One Kafka and one PostgreSQL in containers for the whole run; tests keep apart by topic prefix and database."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from shared.database.unit_of_work import Database
from tests.containers import certificates, engine
from tests.containers.servers import Kafka, Postgres
from tests.databases import fresh_databases
from tests.folders import locked_folder


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[engine.Engine]:
    """A Docker engine. Without one a test is skipped with the reason; where it is required, it has failed."""
    if why := engine.why_not():
        if engine.is_required():
            pytest.fail(f"{engine.REQUIRE}=1, and {why}", pytrace=False)
        pytest.skip(why)
    used = engine.Engine()
    yield used
    used.close()


@pytest.fixture(scope="session")
def authority() -> Iterator[Path]:
    """A folder with `ca.pem`, the authority that signed the certificate of the container's broker.

    It is on disk, where every Docker engine can mount it.
    """
    with locked_folder(Path(tempfile.gettempdir())) as folder:
        folder.chmod(0o755)  # the broker in its container is another user
        certificates.issue(folder / "certificates")
        yield folder / "certificates"


@pytest.fixture(scope="session")
def kafka(docker_engine: engine.Engine, authority: Path) -> Iterator[Kafka]:
    """A real Kafka."""
    server = Kafka(docker_engine, authority)
    yield server
    server.close()


@pytest.fixture(scope="session")
def container_postgres(docker_engine: engine.Engine) -> Iterator[Postgres]:
    """PostgreSQL 17, as compose runs it."""
    server = Postgres(docker_engine)
    yield server
    server.close()


@pytest.fixture(scope="session")
def container_templates() -> dict[str, str]:
    return {}


@pytest.fixture
async def container_database(
    container_postgres: Postgres, container_templates: dict[str, str]
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Make fresh databases, as `database` does, in the container."""
    async with fresh_databases(container_postgres, container_templates) as make:
        yield make
