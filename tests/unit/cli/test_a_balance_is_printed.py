"""`pulih verify` and `pulih demo` print each check with its verdict, and the first ids of what they found."""

from rich.console import Console

from cli.auditing.findings import Balance, Check, Finding
from cli.auditing.printing import print_balance


def printed(*checks: Check) -> list[str]:
    console = Console(width=120, markup=False)
    with console.capture() as taken:
        print_balance(Balance(list(checks)), console)
    return [" ".join(line.split()) for line in taken.get().splitlines()]


def test_each_check_has_its_verdict() -> None:
    lines = printed(
        Check("every worker is somewhere", "2 workers", []),
        Check("no dead letter waits", "4 services", [Finding("training has 1 dead letters", [])]),
    )
    assert "every worker is somewhere 2 workers holds" in lines
    assert "no dead letter waits 4 services does not hold" in lines
    assert "training has 1 dead letters" in lines


def test_ten_ids_of_a_finding_are_named() -> None:
    ids = [f"worker-{n}" for n in range(12)]
    lines = printed(Check("every worker is somewhere", "12 workers", [Finding("fell", ids)]))
    assert [line for line in lines if line.startswith("worker-")] == ids[:10]
    assert lines[-1] == "… and 2 more (--json names all)"
