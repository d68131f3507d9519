"""Back-off: pauses double up to the longest, and begin again after a success."""

from shared.backoff import Backoff


def test_pauses_double_up_to_the_longest():
    backoff = Backoff(0.5, 3.0)
    assert [backoff.next() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_after_a_success_they_begin_again():
    backoff = Backoff(0.5, 3.0)
    backoff.next()
    backoff.next()
    backoff.reset()
    assert backoff.next() == 0.5


def test_however_often_it_is_tried_the_pause_stays_the_longest():
    assert Backoff(0.1, 5.0).after(1_000_000) == 5.0
