"""Placement: vacancies, referrals and placements. Nobody who looks for work is left without the opening that fits."""
