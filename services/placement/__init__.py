"""Placement: vacancies, referrals and placements. No candidate looks for work while a vacancy that fits has room."""
