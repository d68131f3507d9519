"""Reviews: what agencies contradict each other in about who a worker is, and who may be one person. The office decides."""

from services.registration.reviews import alike, keeping

__all__ = ["alike", "keeping"]
