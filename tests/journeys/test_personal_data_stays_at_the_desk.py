"""After a programme, what identifies a person is looked for everywhere it must not be."""

from scenarios import loading
from scenarios.events import opening
from scenarios.people import people_of
from tests.played import assert_comes_out
from tests.searching import logs_in, places_in

SCENARIO = "serang-2020"


def secrets_of_everyone() -> list[bytes]:
    """NIKs, names and addresses of all who are in the programme."""
    everyone = [person for group in people_of(loading.load(loading.find(SCENARIO))).values() for person in group]
    assert len(everyone) > 30
    return [word.encode() for person in everyone for word in (person.nik, person.name, person.email)]


async def test_no_nik_name_or_address_is_anywhere_else(stacks):
    async with stacks.open() as stack:
        await assert_comes_out(SCENARIO, stack)
        places = await places_in(stack)
    places |= logs_in(stacks.folder)
    words = secrets_of_everyone()
    assert len(places["topics"]) > 100_000
    assert all(len(content) > 100 for name, content in places.items() if "database" in name or "metrics" in name)
    found = [(name, word.decode()) for name, content in places.items() for word in words if word in content]
    assert found == []


async def test_the_search_would_find_it():
    """The same search, over what an agency posted, finds everyone: it can fail."""
    scenario = loading.load(loading.find(SCENARIO))
    said = b"".join(
        str(saying.data).encode() for saying in opening(scenario, people_of(scenario)) if "person" in saying.data
    )
    assert all(word in said for word in secrets_of_everyone())
