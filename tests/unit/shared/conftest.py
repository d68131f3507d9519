"""The service whose inbox and journal these tests use."""

import pytest

from shared.settings import Settings
from tests.key_files import key_file
from tests.unit.shared.purses import PurseService


@pytest.fixture
async def purses(database):
    made = PurseService(await database("training"))
    await made.open()
    return made


@pytest.fixture
def settings(purses, broker, topic_prefix):
    purses.inbox.prefix = topic_prefix
    url = purses.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return Settings(database_url=url, kafka=broker, topic_prefix=topic_prefix, operators=key_file(), page=10)
