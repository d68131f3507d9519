"""The PostgreSQL of docker-compose.yml: a role cannot enter another's database. `deploy/postgres` sees to it."""

from itertools import permutations

import pytest

from shared.topology import SERVICES

pytestmark = pytest.mark.containers


def test_a_role_enters_its_own_database_and_no_other(container_postgres):
    for service in SERVICES:
        assert container_postgres.ask("SELECT current_user", role=service, database=service) == (0, service)
        for closed in (*(other for other in SERVICES if other != service), "postgres", "template1"):
            code, said = container_postgres.ask("SELECT 1", role=service, database=closed)
            assert code != 0, (service, closed)
            assert "permission denied for database" in said, said


def test_a_role_can_make_no_roles_and_no_databases(container_postgres):
    for service, other in permutations(SERVICES, 2):
        for sql in (f"ALTER ROLE {other} PASSWORD 'x'", "CREATE DATABASE another", f"SET ROLE {other}"):
            code, said = container_postgres.ask(sql, role=service, database=service)
            assert code != 0, (service, sql)
            assert "permission denied" in said, said
