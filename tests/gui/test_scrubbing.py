import pytest

from gui.scrubbing import Scrub


@pytest.fixture
def scrub(qapp):
    return Scrub()


def collected(scrub):
    asked = []
    scrub.asked.connect(asked.append)
    return asked


def test_the_first_place_is_asked_for_at_once(scrub):
    asked = collected(scrub)
    scrub.to(5)
    assert asked == [5]


def test_within_a_frame_only_the_latest_place_waits(qtbot, scrub):
    asked = collected(scrub)
    for place in (5, 6, 7, 8):
        scrub.to(place)
    assert (asked, scrub.waiting) == ([5], 8)
    qtbot.waitUntil(lambda: asked == [5, 8])
    assert scrub.waiting is None


def test_the_end_of_a_drag_is_asked_for_without_waiting(scrub):
    asked = collected(scrub)
    for place in (5, 6, 7):
        scrub.to(place)
    scrub.end()
    assert asked == [5, 7]
    scrub.to(9)
    assert asked == [5, 7, 9]


def test_the_first_iteration_is_a_place_too(qtbot, scrub):
    asked = collected(scrub)
    scrub.to(1)
    scrub.to(0)
    qtbot.waitUntil(lambda: asked == [1, 0])


def test_places_dragged_over_while_one_is_being_shown_are_left_out(qtbot, scrub):
    asked = []

    def show(place):
        asked.append(place)
        if place == 0:
            for later in (1, 2, 3):
                scrub.to(later)

    scrub.asked.connect(show)
    scrub.to(0)
    qtbot.waitUntil(lambda: asked == [0, 3])
