"""Registration gives and takes the keys of an agency's members; at the other services they are good or not as it says."""

from uuid import UUID

import pytest

from contract.examples import OFFICE, PROVIDER, example
from shared.events import AgencyAdmitted, AgencyDelegated, AgencyRevoked, MemberAdmitted, MemberRevoked
from shared.http import auth
from shared.http.auth import Authenticator
from shared.key_file import KeyFile, hash_of
from shared.refusals import Refusal
from tests.key_files import key_file
from tests.spoken import spoken

BLK = {"id": UUID(int=7), "agency": PROVIDER}


@pytest.fixture
def authenticator(training, monkeypatch) -> Authenticator:
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)
    return Authenticator(training.database, KeyFile(key_file()))


def admitted(key="of first"):
    return example(AgencyAdmitted, **BLK, role="training-provider", key_hash=hash_of(key))


def member(name, key):
    return MemberAdmitted(**BLK, member=name, key_hash=hash_of(key))


async def who(authenticator, *keys):
    """Name the member whom each key is good for; None where it is not."""
    found = []
    for key in keys:
        try:
            caller = await authenticator.who(key)
        except Refusal:
            found.append(None)
        else:
            found.append((caller.slug, caller.member))
    return found


async def test_each_member_s_key_names_the_member(training, authenticator):
    await training.hear(admitted(), member("siti", "of siti"))
    assert await who(authenticator, "of first", "of siti", "of budi") == [(PROVIDER, "first"), (PROVIDER, "siti"), None]


async def test_a_member_is_revoked_alone_and_comes_back_with_a_new_key(training, authenticator):
    await training.hear(admitted(), member("siti", "of siti"))
    await training.hear(MemberRevoked(**BLK, member="siti"))
    assert await who(authenticator, "of first", "of siti") == [(PROVIDER, "first"), None]
    await training.hear(member("siti", "another"))
    assert await who(authenticator, "of siti", "another") == [None, (PROVIDER, "siti")]


async def test_with_the_agency_every_key_is_revoked_and_the_first_alone_comes_back(training, authenticator):
    await training.hear(admitted(), member("siti", "of siti"), AgencyRevoked(**BLK))
    assert await who(authenticator, "of first", "of siti") == [None, None]
    await training.hear(admitted("new"))
    assert await who(authenticator, "of first", "of siti", "new") == [None, None, (PROVIDER, "first")]


@pytest.mark.parametrize(
    "given", [admitted(), member("siti", "of siti"), AgencyDelegated(**BLK, delegates=[OFFICE])], ids=type
)
async def test_no_other_service_can_give_a_key(training, authenticator, given):
    """Placement, or who has placement's rights on Kafka, says so in its own topic."""
    training.tampered = True  # a dead letter is what is wanted
    await training.deliver(spoken(given, 1, by="placement"))
    assert await who(authenticator, "of first", "of siti") == [None, None]
    assert await training.buried() == ["ValueError: it gives or takes a right, and comes from '/placement'"]
