"""`pulih status` names what is not well, service by service, and its exit code says whether something is."""

import pytest
from click.testing import CliRunner
from rich.console import Console

from cli.commands.status import Standing, page, troubles_in
from cli.main import pulih
from deploy.embedded.ports import free_port
from shared.topology import SERVICES


def told(**otherwise):
    return {
        "service": "training",
        "trouble": None,
        "relay": {"leads": True, "led": True, "trouble": None},
        "backlog": {"rows": 0, "seconds": 0.0},
        "dead_letters": 0,
        "behind": {"registration": {"0": 0, "1": 0}},
        "gaps": 0,
        **otherwise,
    }


def printed(*standings, everywhere=()):
    console = Console(width=200)
    with console.capture() as taken:
        console.print(page(standings, everywhere))
    return taken.get()


def test_a_service_that_is_well_is_named_for_nothing():
    assert troubles_in(told()) == []


@pytest.mark.parametrize(
    ("otherwise", "named"),
    [
        ({"trouble": "the broker is out of reach"}, "the broker is out of reach"),
        ({"relay": {"leads": False, "led": False, "trouble": None}}, "nobody publishes its journal"),
        ({"backlog": {"rows": 5_000, "seconds": 3_700.2}}, "its journal waits to be published since 3,700 s"),
        ({"dead_letters": 3}, "3 dead letters wait (pulih dlq list)"),
    ],
)
def test_each_trouble_is_named(otherwise, named):
    assert troubles_in(told(**otherwise)) == [named]


def test_an_instance_that_follows_a_leader_is_well():
    follows = told(relay={"leads": False, "led": True, "trouble": None})
    assert troubles_in(follows) == []
    assert "another" in printed(Standing("training", follows, []))


def test_a_long_backlog_that_is_young_is_no_trouble():
    assert troubles_in(told(backlog={"rows": 90_000, "seconds": 20.0})) == []


def test_what_cannot_be_seen_is_a_question_mark_and_no_trouble_of_its_own():
    blind = told(backlog={"rows": None, "seconds": None}, dead_letters=None, relay={"leads": False, "led": None})
    assert troubles_in(blind) == []
    assert "?" in printed(Standing("training", blind, []))


def test_the_table_sums_what_is_behind():
    behind = told(behind={"registration": {"0": 1_000, "1": 500}, "placement": {"0": 7}})
    assert "1,507" in printed(Standing("training", behind, []))


def test_offices_that_act_everywhere_are_named_below_the_table():
    assert "Indonesia" not in printed(Standing("training", told(), []))
    shown = printed(Standing("training", told(), []), everywhere=["kemnaker", "disnaker"])
    assert shown.splitlines()[-1] == "Offices without a region, which act for all of Indonesia: kemnaker, disnaker"


def test_of_many_offices_the_first_are_named_and_the_others_counted():
    last = printed(everywhere=[f"o{n}" for n in range(1_010)]).splitlines()[-1]
    assert last.endswith("o8, o9 and 1,000 more (pulih agency list)")


def test_services_that_do_not_answer_are_named_and_the_exit_code_is_1(monkeypatch):
    monkeypatch.setenv("PULIH_OPERATOR_KEY", "x")
    urls = [word for service in SERVICES for word in ("--url", f"{service}=http://127.0.0.1:{free_port()}")]
    ran = CliRunner().invoke(pulih, ["status", *urls])
    assert ran.exit_code == 1
    assert ran.output.count("does not answer at http://127.0.0.1") >= 4
    assert "Not all is well. registration: Registration does not answer" in ran.output
