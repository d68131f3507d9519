"""Each check of `pulih verify` holds over good audits, and fails where they are wrong."""

from copy import deepcopy
from typing import Any

import pytest

from cli.auditing.balance import at_rest, judge
from cli.auditing.findings import Balance
from shared.topology import HEARD_BY, SERVICES

SITI, BUDI, WAYAN = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
ROWS = {"registration": 9, "training": 5, "placement": 3, "notification": 7}
FIGURES = {
    "registration": {"workers": 3, "spells": 4, "spells.open": 2, "spells.withdrawn": 0, "spells.placed": 2},
    "training": {
        "applied": 3,
        "enrolled": 2,
        "waiting": 1,
        "withdrawn": 0,
        "refused": 0,
        "absent": 0,
        "in-training": 1,
        "graduated": 1,
        "not-completed": 0,
        "seats": 16,
        "seats.taken": 2,
        "seats.free": 13,
        "seats.unused": 1,
    },
    "placement": {"placed": 2},
    "notification": {},
}


def good_audits() -> dict[str, Any]:
    return {
        service: {
            "journal": {
                "rows": rows,
                "position": rows + 2,
                "published": rows + 2,
                "last_by_partition": [rows, rows + 2],
            },
            "heard": {
                speaker: {
                    "0": {"position": ROWS[speaker], "heard": 1},
                    "1": {"position": ROWS[speaker] + 2, "heard": ROWS[speaker] - 1},
                }
                for speaker, listeners in HEARD_BY.items()
                if service in listeners
            },
            "dead_letters": 0,
            "figures": dict(FIGURES[service]),
            "broken_rules": [],
        }
        for service, rows in ROWS.items()
    }


def good_whereabouts() -> dict[str, list[tuple[str, int, str]]]:
    return {
        "registration": [(SITI, 1, "seeking-training"), (BUDI, 2, "seeking-both"), (WAYAN, 1, "placed")],
        "training": [(SITI, 1, "waiting"), (BUDI, 1, "graduated"), (BUDI, 2, "in-training"), (WAYAN, 1, "graduated")],
        "placement": [(SITI, 1, "training-first"), (BUDI, 2, "referred"), (WAYAN, 1, "placed")],
    }


def found(balance: Balance) -> dict[str, list[str]]:
    return {finding.sentence: finding.ids for check in balance.checks for finding in check.findings}


def test_good_audits_balance() -> None:
    balance = judge(good_audits(), good_whereabouts())
    assert found(balance) == {}
    assert balance.holds
    assert at_rest(good_audits())
    assert balance.as_json()["balanced"] is True
    assert [check["over"] for check in balance.as_json()["checks"]][4] == "3 workers"


def test_a_rule_broken_in_one_service_is_named_with_its_ids() -> None:
    audits = good_audits()
    audits["training"]["broken_rules"] = [{"rule": "nobody is in two seats", "ids": [SITI, BUDI]}]
    balance = judge(audits, good_whereabouts())
    assert found(balance) == {"training: nobody is in two seats": [SITI, BUDI]}
    assert not balance.holds
    assert balance.as_json()["checks"][0]["findings"] == [
        {"sentence": "training: nobody is in two seats", "ids": [SITI, BUDI]}
    ]


@pytest.mark.parametrize(
    ("service", "figure", "sentence"),
    [
        ("registration", "spells", "registration.spells 5 is not"),
        ("training", "applied", "training.applied 4 is not training.enrolled 2 + training.waiting 1"),
        ("training", "graduated", "training.enrolled 2 is not"),
        ("training", "seats", "training.seats 17 is not"),
        ("placement", "placed", "placement.placed 3 is not registration.spells.placed 2"),
        ("registration", "workers", "registration.workers 4 is not 3"),
    ],
)
def test_a_sum_that_does_not_come_out_is_written_out(service: str, figure: str, sentence: str) -> None:
    audits = good_audits()
    audits[service]["figures"][figure] += 1
    assert [one for one in found(judge(audits, good_whereabouts())) if one.startswith(sentence)]


def test_a_course_cancelled_after_some_graduated_is_no_fault() -> None:
    audits = good_audits()
    audits["training"]["figures"] |= {
        "courses.cancelled": 1,
        "seats": 0,
        "seats.taken": 0,
        "seats.free": 0,
        "seats.unused": 0,
    }
    assert judge(audits, good_whereabouts()).holds


def test_a_figure_that_no_service_gives_is_missed() -> None:
    audits = good_audits()
    del audits["training"]["figures"]["waiting"]
    assert "no service gives training.waiting" in found(judge(audits, good_whereabouts()))


def test_an_event_that_is_not_published_is_found() -> None:
    audits = good_audits()
    audits["placement"]["journal"]["published"] = 4
    assert found(judge(audits, good_whereabouts())) == {"placement has published up to 4 of 5": []}
    assert not at_rest(audits)


@pytest.mark.parametrize(("speaker", "listener"), [(s, one) for s, listeners in HEARD_BY.items() for one in listeners])
def test_a_bookmark_before_the_last_event_is_found(speaker: str, listener: str) -> None:
    audits = good_audits()
    last = ROWS[speaker]
    audits[listener]["heard"][speaker]["0"]["position"] = last - 1
    assert found(judge(audits, good_whereabouts())) == {
        f"{listener} is behind {speaker}": [f"partition 0 at {last - 1} of {last}"]
    }
    assert not at_rest(audits)


@pytest.mark.parametrize("wrong", [-1, 1])
def test_an_event_that_was_skipped_or_counted_twice_is_found(wrong: int) -> None:
    audits = good_audits()
    audits["training"]["heard"]["registration"]["1"]["heard"] += wrong
    assert found(judge(audits, good_whereabouts())) == {
        f"training heard {9 + wrong} of the 9 events of registration": []
    }


def test_a_service_that_does_not_hear_another_at_all_is_found() -> None:
    audits = good_audits()
    del audits["registration"]["heard"]["placement"]
    assert set(found(judge(audits, good_whereabouts()))) == {
        "registration is behind placement",
        "registration heard 0 of the 3 events of placement",
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_dead_letter_that_waits_is_found(service: str) -> None:
    audits = good_audits()
    audits[service]["dead_letters"] = 2
    assert found(judge(audits, good_whereabouts())) == {
        f"{service} has 2 dead letters: `pulih dlq list --service {service}`": []
    }


@pytest.mark.parametrize(
    ("registration", "training", "placement"),
    [
        ("to-be-asked", None, None),
        ("to-be-asked", None, "training-first"),
        ("to-be-asked", "waiting", "to-be-asked"),
        ("to-be-asked", None, "placed"),
        ("seeking-training", "waiting", "to-be-asked"),
        ("seeking-work", None, "to-be-asked"),
        ("seeking-training", None, "training-first"),
        ("seeking-training", "withdrawn", "training-first"),
        ("seeking-training", "gone", "training-first"),
        ("seeking-training", "waiting", None),
        ("seeking-training", "waiting", "withdrawn"),
        ("seeking-training", "in-training", "placed"),
        ("seeking-training", "graduated", "training-first"),
        ("seeking-training", "not-completed", None),
        ("seeking-training", "refused", "withdrawn"),
        ("seeking-training", "graduated", "placed"),
        ("seeking-work", None, None),
        ("seeking-work", None, "training-first"),
        ("seeking-work", "graduated", "withdrawn"),
        ("seeking-both", None, "looking"),
        ("seeking-both", "withdrawn", "looking"),
        ("seeking-both", "in-training", "training-first"),
        ("seeking-both", "waiting", None),
        ("withdrawn", "waiting", "withdrawn"),
        ("withdrawn", "in-training", "withdrawn"),
        ("withdrawn", None, "looking"),
        ("withdrawn", "withdrawn", None),
        ("placed", "waiting", "placed"),
        ("placed", "graduated", "looking"),
        ("placed", None, None),
        ("on-holiday", "waiting", "looking"),
    ],
)
def test_a_worker_who_fell_between_two_services_is_named(
    registration: str, training: str | None, placement: str | None
) -> None:
    whereabouts = where_siti_is(registration, training, placement)
    assert found(judge(good_audits(), whereabouts)) == {
        f"registration: {registration}, training: {training or 'unknown'}, placement: {placement or 'unknown'}": [SITI]
    }


@pytest.mark.parametrize(
    ("registration", "training", "placement"),
    [
        ("to-be-asked", None, "to-be-asked"),
        ("to-be-asked", "in-training", "to-be-asked"),
        ("seeking-training", "waiting", "training-first"),
        ("seeking-training", "in-training", "training-first"),
        ("seeking-training", "graduated", "looking"),
        ("seeking-training", "not-completed", "referred"),
        ("seeking-training", "refused", "looking"),
        ("seeking-work", None, "looking"),
        ("seeking-work", None, "referred"),
        ("seeking-both", "waiting", "looking"),
        ("seeking-both", "in-training", "referred"),
        ("seeking-both", "refused", "looking"),
        ("withdrawn", "withdrawn", "withdrawn"),
        ("withdrawn", "graduated", "withdrawn"),
        ("withdrawn", None, "withdrawn"),
        ("placed", "in-training", "placed"),
        ("placed", "withdrawn", "placed"),
        ("placed", "gone", "placed"),
        ("placed", None, "placed"),
    ],
)
def test_a_worker_whom_some_service_looks_after_is_not(
    registration: str, training: str | None, placement: str | None
) -> None:
    assert found(judge(good_audits(), where_siti_is(registration, training, placement))) == {}


def where_siti_is(
    registration: str, training: str | None, placement: str | None
) -> dict[str, list[tuple[str, int, str]]]:
    whereabouts = good_whereabouts()
    for service, state in {"registration": registration, "training": training, "placement": placement}.items():
        whereabouts[service] = [row for row in whereabouts[service] if row[0] != SITI]
        if state:
            whereabouts[service].append((SITI, 1, state))
    return whereabouts


TWIN = "00000000-0000-7000-8000-000000000007"
"""Another id of Siti's."""


def test_an_id_that_means_another_worker_is_neither_missing_nor_doubled() -> None:
    whereabouts = good_whereabouts()
    whereabouts["registration"].append((TWIN, 1, "merged"))
    whereabouts["training"] += [(TWIN, 1, "withdrawn")]
    balance = judge(good_audits(), whereabouts)
    assert found(balance) == {}
    assert [check["over"] for check in balance.as_json()["checks"]][4] == "3 workers"


@pytest.mark.parametrize(("service", "state"), [("training", "waiting"), ("placement", "looking")])
def test_a_worker_who_is_looked_after_under_both_ids_is_named(service: str, state: str) -> None:
    whereabouts = good_whereabouts()
    whereabouts["registration"].append((TWIN, 1, "merged"))
    whereabouts[service].append((TWIN, 1, state))
    assert found(judge(good_audits(), whereabouts)) == {
        f"{service} looks after workers under an id that means another worker": [TWIN]
    }


@pytest.mark.parametrize("service", ["training", "placement"])
def test_a_worker_whom_registration_does_not_know_is_named(service: str) -> None:
    whereabouts = good_whereabouts()
    stranger = "00000000-0000-7000-8000-000000000009"
    whereabouts[service] += [(stranger, 1, "withdrawn"), (WAYAN, 2, "looking")]
    assert found(judge(good_audits(), whereabouts)) == {
        f"{service} has workers (or spells) that registration does not know": [stranger, WAYAN]
    }


@pytest.mark.parametrize(
    ("service", "state"),
    [
        ("training", "in-training"),
        ("training", "waiting"),
        ("placement", "looking"),
        ("placement", "referred"),
        ("placement", "training-first"),
    ],
)
def test_a_worker_still_looked_after_for_a_spell_that_ended_is_named(service: str, state: str) -> None:
    whereabouts = deepcopy(good_whereabouts())
    whereabouts[service] = [row for row in whereabouts[service] if row[:2] != (BUDI, 1)] + [(BUDI, 1, state)]
    assert found(judge(good_audits(), whereabouts)) == {
        f"{service} still looks after workers whose spell has ended": [BUDI]
    }
