"""A ring of services for each test, with its own databases and topics."""

import pytest

from tests.chain import HEARS
from tests.faults.ring import BrokerProcess, Ring


@pytest.fixture
async def ring(database, broker, topic_prefix, tmp_path):
    made = []

    async def make(**settings):
        databases = {name: await database(name) for name in HEARS}
        made.append(Ring(databases, settings.pop("broker", broker), topic_prefix, tmp_path, **settings))
        await made[-1].open()
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def own_broker(tmp_path, topic_prefix):
    made = BrokerProcess(tmp_path, topic_prefix)
    yield made
    made.close()
