"""Each operator and each service has a key of its own, revoked alone by a change of one file, without a restart."""

import logging
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from pydantic import ValidationError

from shared import key_file, key_file_editing
from shared.key_file import KeyFile, Operator, PeerService, WrongKeyFile, hash_of, holders_in, line_of
from shared.settings import Settings
from shared.topology import SERVICES
from tests.unit.operators.exported import program

SITI, BUDI, TRAINING = Operator("siti"), Operator("budi"), PeerService("training")
OPERATOR, SERVICE = {"Authorization": "Bearer the-operator"}, {"Authorization": "Bearer a-service"}


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "operators"
    made.write_text("# who may ask\n" + line_of(SITI, hash_of("of siti")) + line_of(BUDI, hash_of("of budi")))
    return made


@pytest.fixture
def now(monkeypatch):
    """Let each question look at the file."""
    monkeypatch.setattr(key_file, "LOOK_SECONDS", 0.0)


def test_a_key_is_revoked_alone(path, now):
    file = KeyFile(path)
    assert (file.holder_of(hash_of("of siti")), file.holder_of(hash_of("of budi"))) == (SITI, BUDI)
    assert key_file_editing.remove(path, SITI)
    assert (file.holder_of(hash_of("of siti")), file.holder_of(hash_of("of budi"))) == (None, BUDI)
    key_file_editing.add(path, SITI, hash_of("another"))
    assert file.holder_of(hash_of("another")) == SITI
    assert file.holder_of(hash_of("of siti")) is None


def test_the_file_is_looked_at_once_a_second_at_most(path, monkeypatch):
    file = KeyFile(path)
    path.unlink()
    assert file.holder_of(hash_of("of siti")) == SITI
    seconds = iter([1e9, 1e9])
    monkeypatch.setattr(key_file, "monotonic", lambda: next(seconds))
    key_file_editing.add(path, BUDI, hash_of("of budi"))
    assert file.holder_of(hash_of("of siti")) is None


@pytest.mark.parametrize("spoil", ["wrong", "gone"])
def test_what_was_known_before_holds_where_the_file_is_wrong(path, now, caplog, spoil):
    file = KeyFile(path)
    if spoil == "gone":
        path.unlink()
    else:
        path.write_text(line_of(BUDI, hash_of("of budi")) + "operator siti\n")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert file.holder_of(hash_of("of siti")) == SITI
    (record,) = caplog.records
    assert ("line 2" if spoil == "wrong" else "cannot be read") in record.why
    path.write_text(line_of(BUDI, hash_of("of budi")))
    assert file.holder_of(hash_of("of siti")) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("operator siti\n", "line 2 is wrong: it reads `operator NAME HASH`"),
        ("admin siti " + "0" * 64, "line 2 is wrong: it reads"),
        ("operator Siti! " + "0" * 64, "line 2 is wrong: a name is made of"),
        ("operator siti the-key-itself", "line 2 is wrong: the third word is no SHA-256"),
        (f"operator siti {'0' * 64}\noperator siti {'1' * 64}\n", "line 3 is wrong: it has the name of line 2"),
        (f"operator siti {'0' * 64}\nservice budi {'0' * 64}\n", "line 3 is wrong: it has the key of line 2"),
    ],
)
def test_a_wrong_line_is_named_at_the_start_and_not_quoted(path, line, said):
    path.write_text(f"# operators\n{line}")
    with pytest.raises(ValidationError) as wrong:
        Settings(database_url="postgresql://x", operators=path)
    assert said in str(wrong.value)
    with pytest.raises(WrongKeyFile) as wrong:
        holders_in(path.read_text())
    assert "the-key-itself" not in str(wrong.value)


def test_a_file_that_is_not_there_is_named_at_the_start(tmp_path):
    with pytest.raises(ValidationError, match="nowhere cannot be read: No such file"):
        Settings(database_url="postgresql://x", operators=tmp_path / "nowhere")


def test_listeners_cannot_be_asked_without_a_key(path):
    given = {"database_url": "postgresql://x", "operators": path, "broker_forgets": True, "listeners": "http://x"}
    with pytest.raises(ValidationError, match="PULIH_SERVICE_KEY"):
        Settings(**given)
    assert Settings(**given, service_key="k").service_key is not None


def test_an_edit_keeps_comments_and_the_file_s_mode(path):
    path.chmod(0o644)
    assert key_file_editing.add(path, Operator("tuti"), hash_of("of tuti"))
    assert key_file_editing.remove(path, BUDI)
    assert path.read_text() == "# who may ask\n" + line_of(SITI, hash_of("of siti")) + line_of(
        Operator("tuti"), hash_of("of tuti")
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["operators"]


def test_a_name_is_given_once(path):
    before = path.read_text()
    assert not key_file_editing.add(path, SITI, hash_of("of another siti"))
    assert not key_file_editing.remove(path, Operator("nobody"))
    assert path.read_text() == before
    assert key_file_editing.add(path, PeerService("siti"), hash_of("of a service")), "a service's name is another one"


def test_a_new_file_is_for_its_owner_alone(tmp_path):
    key_file_editing.add(tmp_path / "new", SITI, hash_of("of siti"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_edits_at_the_same_time_are_all_kept(path):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: key_file_editing.add(path, Operator(f"op-{n}"), hash_of(str(n))), range(40)))
    assert len(holders_in(path.read_text())) == 42


def requests_of(app):
    """Every method and path that a service answers, with something in the place of each parameter."""
    for route, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), route, re.sub(r"\{\w+\}", str(UUID(int=1)), route)


@pytest.fixture(params=SERVICES)
async def client(request):
    service, app = program(request.param)
    service.is_open = True
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as made:
        made.app = app
        yield made
    await service.database.close()


async def test_a_service_s_key_reads_bookmarks_and_nothing_else(client):
    """Its database is away: what a key opens answers 503."""
    opened = set()
    for method, route, path in requests_of(client.app):
        if (await client.request(method, path)).status_code != 401:
            continue  # open to everybody
        answer = await client.request(method, path, headers=SERVICE)
        if answer.status_code != 403:
            opened.add((method, route))
    assert opened == {("GET", "/bookmarks/{topic}")}


async def test_an_operator_s_key_opens_every_route_but_the_agencies_desk(client):
    shut = set()
    for method, route, path in requests_of(client.app):
        answer = await client.request(method, path, headers=OPERATOR)
        if answer.status_code in (401, 403):
            shut.add((method, route))
    desk = {("POST", "/events"), ("GET", "/reviews"), ("POST", "/identities"), ("GET", "/workers")}
    assert shut == (desk if client.app.title == "Pulih registration" else set())


@pytest.mark.parametrize("service", SERVICES)
def test_agencies_are_admitted_by_registration_alone(service):
    ways = {route for _, route, _ in requests_of(program(service)[1]) if route.startswith("/agencies")}
    assert bool(ways) == (service == "registration")
