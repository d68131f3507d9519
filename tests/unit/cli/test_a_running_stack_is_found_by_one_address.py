"""`pulih demo --against URL` knows the other three addresses, and what a scenario added to what was there."""

import pytest

from cli.errors import UsageFault
from cli.playing.against import addresses, stack_at
from scenarios.outcome import since


def test_on_one_machine_the_ports_are_ten_apart():
    assert addresses("http://127.0.0.1:8701/", {}) == {
        "registration": "http://127.0.0.1:8701",
        "training": "http://127.0.0.1:8711",
        "placement": "http://127.0.0.1:8721",
        "notification": "http://127.0.0.1:8731",
    }


def test_in_a_network_of_containers_hosts_are_named_after_the_services():
    assert addresses("http://registration:8701", {})["placement"] == "http://placement:8701"


def test_what_is_said_comes_before_what_is_guessed():
    found = addresses("https://desk.example.go.id", {"training": "https://blk.example.go.id/", "placement": None})
    assert found["registration"] == "https://desk.example.go.id"
    assert found["training"] == "https://blk.example.go.id"
    assert found["placement"] == "https://desk.example.go.id:463"


@pytest.mark.parametrize("wrong", ["127.0.0.1:8701", "registration", "http://host:port", "ftp://host"])
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(UsageFault, match="is no address of a service"):
        addresses(wrong, {})


def test_the_operators_key_is_needed():
    with pytest.raises(UsageFault, match="--key, or PULIH_OPERATOR_KEY"):
        stack_at("http://127.0.0.1:8701", {}, None)


def test_figures_are_what_was_added():
    before = {"training": {"graduated": 3, "seats": 16}}
    now = {"training": {"graduated": 10, "seats": 16, "waiting": 2}, "placement": {"placed": 1}}
    assert since(before, now) == {"training": {"graduated": 7, "seats": 0, "waiting": 2}, "placement": {"placed": 1}}
