import pytest

from tests.unit.registration.posting import OPERATOR, DeskUnderTest, application, event, layoff, nik


async def test_the_figures_count_what_happened(desk: DeskUnderTest):
    withdrawn, unioned = nik(), nik()
    await desk.post(
        "office",
        layoff(withdrawn),
        layoff(nik(), kind="furloughed", wants=["work"]),
        application(nik(), "2026-01-01"),
        application(nik(), "2018-01-01"),
        event("LayoffWithdrawn", {"on": "2021-09-07", "nik": withdrawn, "reason": "recall"}),
    )
    await desk.post("union", layoff(unioned, wants=["training", "work"]))
    await desk.post("social-insurance", layoff(unioned, person={"nik": unioned, "name": "Lain"}))
    await desk.post("union", event("GrantRecorded", {"on": "2021-10-01", "nik": unioned, "kind": "tools"}))
    audited = (await desk.client.get("/audit", headers=OPERATOR)).json()
    assert audited["broken_rules"] == []
    assert audited["figures"] == {
        "workers": 5,
        "workers.merged": 0,
        "spells": 5,
        "spells.open": 4,
        "spells.to-be-asked": 0,
        "spells.withdrawn": 1,
        "spells.placed": 0,
        "claims": 5,  # one report contradicts what is known: it is kept for a review
        "claims.standing": 5,
        "reported": 4,
        "reported.laid-off": 3,
        "reported.furloughed": 1,
        "applied.jobseekers": 2,
        "accepted": 8,
        "retracted": 0,
        "cards": 2,
        "cards.valid": 1,
        "referred-by-union": 1,
        "agencies": 5,
        "agencies.office": 1,
        "agencies.employer": 1,
        "agencies.union": 1,
        "agencies.social-insurance": 1,
        "agencies.training-provider": 1,
        "grants": 1,
        "grants.daily-allowance": 0,
        "grants.tools": 1,
        "grants.business-credit": 0,
        "questioned": 1,
        "erased": 0,
        "data-keys.missing": 0,
        "data-keys.master.0": 5,
    }
    whereabouts = (await desk.client.get("/whereabouts", headers=OPERATOR)).json()
    assert sorted(state for _, _, state in whereabouts) == [
        "seeking-both",
        "seeking-training",
        "seeking-training",
        "seeking-work",
        "withdrawn",
    ]


async def test_the_audit_names_a_worker_whose_spell_is_missing(desk: DeskUnderTest):
    (receipt,) = await desk.receipts("office", layoff(nik()))
    await desk.run("UPDATE worker SET spell = 7")
    broken = (await desk.client.get("/audit", headers=OPERATOR)).json()["broken_rules"]
    assert [rule["ids"] for rule in broken] == [[receipt["worker"]]] * 2


async def test_the_database_itself_refuses_a_second_open_spell(desk: DeskUnderTest):
    await desk.post("office", layoff(nik()))
    with pytest.raises(Exception, match="spell_open"):
        await desk.run(
            "INSERT INTO spell (worker, number, state, reason, applied_on, reach, wants, wishes, agency, concerns, claims) "
            "SELECT worker, 2, 'open', reason, applied_on, reach, wants, wishes, agency, concerns, claims FROM spell"
        )


async def test_outcomes_are_counted_for_the_operators(desk: DeskUnderTest):
    def count(text: str, outcome: str) -> float:
        return sum(
            float(line.split()[-1])
            for line in text.splitlines()
            if line.startswith(f'pulih_events_posted_total{{outcome="{outcome}"')
        )

    before = (await desk.client.get("/metrics")).text
    sent = layoff(nik())
    await desk.post("office", sent, sent, layoff("33"))
    after = (await desk.client.get("/metrics")).text
    for outcome in ("accepted", "duplicate", "refused"):
        assert count(after, outcome) == count(before, outcome) + 1
    assert "pulih_desk_waiting 0.0" in after
