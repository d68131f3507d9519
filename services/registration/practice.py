"""A practice stack plays programmes of the past. Its database is for practice from the first start, or never."""

from shared.database.unit_of_work import Database
from shared.faults import Misconfigured

NOT_FOR_PRACTICE = (
    "PULIH_PRACTICE is true, and this database was made without it: take the setting away, or give a practice stack a "
    "database of its own"
)
FOR_PRACTICE = "this database was made for practice, and PULIH_PRACTICE is not true: real reports need another database"


async def check(database: Database, *, wanted: bool) -> None:
    """Note at the first start whether this is for practice. Raises `Misconfigured` where the setting says otherwise later."""
    async with database.work() as work:
        await work.run(
            "INSERT INTO practice (id, practice) VALUES (1, :wanted) ON CONFLICT (id) DO NOTHING", wanted=wanted
        )
        (kept,) = await work.rows("SELECT practice FROM practice WHERE id = 1")
    if kept.practice != wanted:
        raise Misconfigured(FOR_PRACTICE if kept.practice else NOT_FOR_PRACTICE)
