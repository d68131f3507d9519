"""Paging: a full page names the cursor of the next; one that is not full is the last."""

from shared.http.paging import page


def test_a_full_page_names_its_last_item():
    assert page([{"id": 1}, {"id": 2}], 2, "id") == {"items": [{"id": 1}, {"id": 2}], "next": 2}


def test_a_page_that_is_not_full_is_the_last():
    assert page([{"id": 1}], 2, "id") == {"items": [{"id": 1}], "next": None}


def test_an_empty_page_is_the_last():
    assert page([], 2, "id") == {"items": [], "next": None}
