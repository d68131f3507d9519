from scenarios.watching import Snapshot


def audit(rows, heard, **figures):
    partitions = {speaker: {"0": {"position": n, "heard": n}} for speaker, n in heard.items()}
    return {"journal": {"rows": rows, "position": rows}, "heard": partitions, "figures": figures}


def look(*, training_heard=40):
    return Snapshot(
        {
            "registration": audit(40, {"training": 10}, workers=20),
            "training": audit(10, {"registration": training_heard}, enrolled=16, waiting=4),
            "placement": audit(0, {"registration": 40, "training": 10}),
            "notification": audit(60, {"registration": 40, "training": 10}),
        }
    )


def test_it_is_quiet_when_everyone_has_heard_everything():
    assert look().unheard() is None


def test_who_has_yet_to_hear_what_is_named():
    assert look(training_heard=39).unheard() == "training has heard 39 of the 40 events that registration said"


def test_events_are_those_that_all_four_said():
    assert look().events == 110


def test_a_measure_is_counted_over_the_services():
    assert look().count("training.enrolled + training.waiting + registration.workers") == 40


def test_whatever_is_heard_is_progress():
    assert look().progress == look().progress
    assert look().progress != look(training_heard=39).progress
