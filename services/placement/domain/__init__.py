"""Who is referred to which vacancy: the rules of placement, without a database.

Candidates are served in the order of `matching.rank`: the one who has looked for work longest comes first. Each is referred
to the vacancy that fits best. A vacancy fits when

- its vocation is one that the candidate wishes for or is certified in (a candidate with neither takes any), and
- its route is within the candidate's reach (`province`: AKL; `national`: AKL, AKAD; `abroad`: all three), and
- if it is abroad, the candidate is certainly 18 and has a jobseeker's card that is good today (`abroad.py`), and
- if it asks for a certificate, the candidate is certified in its vocation, and
- it has an opening on offer that is neither taken nor held by a referral, and the candidate was never referred to it before.

Of those that fit, the nearest is best: the same regency, then AKL, then AKAD, then AKAN; then the first in
`matching.order_of_posting`.

Which openings are on offer is the rule of `approval.py`: of an employer's, those beyond a limit wait for an office.
"""
