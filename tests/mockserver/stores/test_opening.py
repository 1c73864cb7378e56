"""What --store may say, and which databases are refused: one line and exit code 2, without a password in it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from mockserver.errors import MockError
from mockserver.sharing.store import SharedStore
from mockserver.stores import schema
from mockserver.stores.opening import opened
from openapi.world import Credentials, World
from tests.mockserver.process import COMMAND, Process, post, run
from tests.mockserver.stores.pair import WORLD, Host, ids, shared_mock
from tests.mockserver.stores.server import made_store

CUSTOMER = WORLD.customers[0].id or 0


def refused(store: str, **chosen: Any) -> str:
    """Return why a mock with a store cannot begin."""
    with pytest.raises(MockError) as error:
        shared_mock(store, **chosen)
    said = str(error.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("mysql://u:s3cret@h/d", "--store mysql:…: there is no such store; it is sqlite:FILE or postgresql://"),
        ("mock.db", "--store mock.db: there is no such store"),
        ("", "--store : there is no such store"),
        ("sqlite", "--store sqlite: there is no such store"),
        ("sqlite:", "it names no file"),
        ("sqlite::memory:", "it names no file"),
        ("sqlite:/", "it is a directory"),
        ("sqlite:/nowhere/mock.db", "there is no directory /nowhere; make it first"),
        ("sqlite:/proc/mock.db", "unable to open database file"),
        ("postgresql:/u:s3cret@h/d", "--store postgresql:…: there is no such store"),
        (
            "postgresql://u:s3cret/x@127.0.0.1/d",
            "the URL cannot be read; its form is postgresql://USER@HOST:PORT/DATABASE",
        ),
        ("postgresql://u:12/s3cret@127.0.0.1/d", "the URL cannot be read"),
        ("postgresql://u:s3cret@x@127.0.0.1/d", "the URL cannot be read"),
        ("postgresql://u:s3cret?x@127.0.0.1:1/d", "Connection refused"),
        ("postgresql://u:s3%zzcret@127.0.0.1/d", "the URL cannot be read"),
        ("postgresql://127.0.0.1/d?pasword=s3cret", "the URL cannot be read"),
        ("postgresql://u:s3cret@127.0.0.1:1/d", "--store postgresql://127.0.0.1:1/d: PostgreSQL: connection failed"),
        ("postgresql://u@127.0.0.1:1/d?password=s3cret", "Connection refused"),
        ("postgres://u:s3cret@nowhere.invalid/d", "PostgreSQL: "),
    ],
)
def test_value_that_names_no_store_is_refused(store: str, said: str) -> None:
    found = refused(store)
    assert said in found
    assert "s3cret" not in found


def test_command_says_it_in_one_line() -> None:
    ended = run("serve", "--port", "0", "--store", "postgresql://u:s3cret@127.0.0.1:1/d")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("enrol-mock: --store postgresql://127.0.0.1:1/d: PostgreSQL: ")
    assert len(ended.stderr.splitlines()) == 1
    assert "s3cret" not in ended.stderr


def test_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "mockserver.stores.postgresql", raising=False)
    monkeypatch.delattr("mockserver.stores.postgresql", raising=False)
    assert refused("postgresql://127.0.0.1/d").endswith("; pip install '.[postgresql]' in the folder of the kit")


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are no tables" * 100, encoding="utf-8")
    assert refused(f"sqlite:{tmp_path / 'notes.txt'}").endswith("SQLite: file is not a database")


@pytest.mark.parametrize(
    ("is_there", "said"),
    [(True, "attempt to write a readonly database"), (False, "unable to open database file")],
    ids=["a file", "a folder without one"],
)
def test_file_that_may_not_be_written_is_refused(tmp_path: Path, is_there: bool, said: str) -> None:
    file = tmp_path / "mock.db"
    if is_there:
        file.touch(0o444)
    else:
        tmp_path.chmod(0o555)
    # Root may write everywhere, unless it gives that right away.
    without_rights = (
        ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    )
    command = [*without_rights, *COMMAND, "serve", "--port", "0", "--store", f"sqlite:{file}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    tmp_path.chmod(0o755)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"enrol-mock: --store sqlite:{file}: SQLite: {said}\n"


def test_file_of_another_program_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "photos.db") as other:
        other.execute("CREATE TABLE photos (id INTEGER)")
    other.close()
    assert refused(f"sqlite:{tmp_path / 'photos.db'}").endswith(
        "the file holds tables of something else; give a new file"
    )
    with sqlite3.connect(tmp_path / "photos.db") as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    other.close()


def test_user_without_rights_is_refused(postgresql: str) -> None:
    store = made_store(postgresql)
    name = f"poor_{os.getpid()}"
    with psycopg.connect(postgresql, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {name} LOGIN PASSWORD 's3cret'".encode())
        schema_of = store.partition("search_path%3D")[2]
        administrator.execute(f"GRANT USAGE ON SCHEMA {schema_of} TO {name}".encode())
    found = refused(store.replace("//postgres@", f"//{name}:s3cret@"))
    assert found.endswith(f"PostgreSQL: permission denied for schema {schema_of}")
    assert "s3cret" not in found
    shared_mock(store)
    assert "permission denied" in refused(store.replace("//postgres@", f"//{name}:s3cret@"))


def test_database_that_is_not_there_is_refused(postgresql: str) -> None:
    found = refused(postgresql.replace("/postgres", "/nowhere").replace("//nowhere", "//postgres"))
    assert 'database "nowhere" does not exist' in found


def test_what_the_url_leaves_out_comes_from_the_environment(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(made_store(postgresql))
    (tmp_path / "services").write_text(
        f"[mock]\nhost={parts['host']}\nport={parts['port']}\nuser={parts['user']}\n", encoding="utf-8"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGDATABASE", str(parts["dbname"]))
    monkeypatch.setenv("PGOPTIONS", str(parts["options"]))
    assert ids(Host.of(shared_mock("postgresql://?service=mock")).enrol(CUSTOMER))[0]


def test_environment_may_name_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENROL_MOCK_STORE", f"sqlite:{tmp_path / 'mock.db'}")
    process = Process.start()
    assert post(process)[0] == 200
    process.stop()
    assert (tmp_path / "mock.db").exists()


def test_command_beside_a_mock_may_have_a_store(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'mock.db'}"
    words = "import os, urllib.request as r; print(r.urlopen(os.environ['ENROL_MOCK_URL'] + '/_mock/journal').read().decode())"
    ended = run("exec", "--store", store, "--", COMMAND[0], "-c", words)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["exchanges"] == []


# The version of the tables.


def set_version(database: Any, version: int) -> None:
    with database.transaction():
        database.write("UPDATE enrol_mock_store SET version = ?", version)


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_version_that_is_not_known_is_refused(store_url: str, version: int) -> None:
    shared_mock(store_url)
    set_version(opened(store_url), version)
    assert f"it has version {version} of the tables, and this kit knows 1 to 1; update the kit" in refused(store_url)


def test_older_store_is_brought_up_to_date_once(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ids(Host.of(shared_mock(store_url)).enrol(CUSTOMER))
    newer = (*schema._VERSIONS, ("ALTER TABLE enrol_mock_store ADD COLUMN more {number}",))
    monkeypatch.setattr(schema, "_VERSIONS", newer)
    hosts = [Host.of(shared_mock(store_url)) for _ in range(2)]
    assert opened(store_url).read("SELECT version, more FROM enrol_mock_store") == [(2, None)]
    kept = hosts[1].ask("GET", "enrolments")[1]["enrolments"]
    assert given[0] in [one["enrollmentId"] for one in kept]


def test_migration_that_fails_leaves_the_store_as_it_was(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_mock(store_url)
    with monkeypatch.context() as patch:
        newer = (*schema._VERSIONS, ("ALTER TABLE enrol_mock_store ADD COLUMN more {number}", "DROP TABLE nowhere"))
        patch.setattr(schema, "_VERSIONS", newer)
        assert "nowhere" in refused(store_url)
    assert ids(Host.of(shared_mock(store_url)).enrol(CUSTOMER))[0]


# With which data a store goes.


def test_mock_with_other_sample_data_is_refused(store_url: str) -> None:
    shared_mock(store_url)
    said = refused(store_url, data=World(programs=WORLD.programs))
    assert "its mocks were started with other sample data (--world); start all of them with the same" in said


def test_mock_with_other_readings_is_refused(store_url: str) -> None:
    shared_mock(store_url)
    assert "its mocks were started with other readings; start all" in refused(store_url, source="required")


def test_store_goes_over_to_the_data_of_a_mock_that_follows(store_url: str) -> None:
    host = Host.of(shared_mock(store_url))
    host.enrol(CUSTOMER, session="first")
    host.ask("POST", "world", {"customers": [{"id": 700000001}]}, session="own")
    host.enrol(700000001, session="own")
    follower = SharedStore(store_url, follows=True)
    new = Host.of(shared_mock(follower, source="required"))
    for one, session in ((CUSTOMER, "first"), (700000001, "own")):
        body = new.caller.request(str(one), "enr-58")
        assert new.caller.send(body, X_Mock_Session=session).status_code == 400
        body["customer"]["source"] = "INSTORE"
        answer = new.caller.send(body, X_Mock_Session=session).get_json()
        assert answer["warnings"], answer
    # The mock with the data of before says so, and makes up nothing.
    status, answer = host.ask("GET", "enrolments")
    assert (status, "other sample data or readings" in answer["error"]) == (503, True)
    assert host.enrol(CUSTOMER)[0] == 500


def test_mocks_may_have_other_logins(store_url: str) -> None:
    shared_mock(store_url)
    shared_mock(store_url, data=msgspec.structs.replace(WORLD, credentials=Credentials()))
