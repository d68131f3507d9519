"""Why a course does not fit a worker, one worker and one course at a time; `allocate` finds the best of many by the same rule."""

from typing import Final, Literal

from services.training.domain.areas import areas_around, takes_from
from services.training.domain.entities import Application, Course

Misfit = Literal["another-vocation", "already-certified", "declined", "out-of-reach"]
IN_WORDS: Final[dict[Misfit, str]] = {
    "another-vocation": "wishes another vocation",
    "already-certified": "is certified in the vocation already",
    "declined": "declined a seat there",
    "out-of-reach": "lives where the course takes no workers from",
}


def why_not(application: Application, course: Course) -> Misfit | None:
    """Say why a course does not fit an application, or None where it does. `out-of-reach` is said where all else fits."""
    if application.wishes and course.vocation not in application.wishes:
        return "another-vocation"
    if course.vocation in application.certified:
        return "already-certified"
    if application.declined and course.id in application.declined:
        return "declined"
    if not set(takes_from(course)).intersection(areas_around(application.region)):
        return "out-of-reach"
    return None
