"""What every store must do: one suite of tests for all stores."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from mockserver import stores
from mockserver.errors import Unavailable
from mockserver.stores import EnrolmentRecord, Standing, Store, Transaction, schema
from mockserver.stores.books import BookStore, Seed, begun
from mockserver.stores.memory import MemoryStore
from mockserver.stores.opening import opened
from openapi.world import Credentials, Enrolment, World
from tests.mockserver.stores.conftest import KINDS

WORLD = World(enrolments=(Enrolment(1, "p", "10", "20"), Enrolment(1, "p", "11")))
SEED = (EnrolmentRecord(1, "p", 1, "10", "20", opted_in=True), EnrolmentRecord(1, "p", 2, "11", None, opted_in=False))


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_store: Callable[[str], str]) -> Store:
    if request.param == "memory":
        return MemoryStore.of(WORLD)
    database = opened(new_store(request.param))
    schema.prepare(database, world="", readings="")
    seed = Seed.of(WORLD)
    return BookStore(database, "", seed, begun(database, "", seed.first_id), world="")


def standing(store: Store, customer: int = 1, promotion: str = "p") -> Standing:
    return store.transact(lambda transaction: transaction.standing(customer, promotion))


def put(store: Store, record: EnrolmentRecord) -> None:
    store.transact(lambda transaction: transaction.put(record))


def test_store_starts_with_its_seed(store: Store) -> None:
    assert store.records() == SEED
    assert standing(store) == Standing(enrolments=2, latest=SEED[1], awaiting=SEED[1], taken=2)


def test_standing_counts_no_records_of_other_customers_and_promotions(store: Store) -> None:
    assert standing(store, customer=2) == Standing(taken=2)
    assert standing(store, promotion="q") == Standing()


def test_record_that_was_put_stands(store: Store) -> None:
    record = EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True)
    put(store, record)
    assert store.records() == (*SEED, record)
    assert standing(store, customer=2) == Standing(enrolments=1, latest=record, taken=3)
    assert standing(store).taken == 3


def test_record_takes_the_place_of_its_predecessor(store: Store) -> None:
    changed = replace(SEED[1], optin_id="40", opted_in=True)
    put(store, changed)
    assert store.records() == (SEED[0], changed)
    assert standing(store) == Standing(enrolments=2, latest=changed, taken=2)


def test_latest_enrolment_without_an_opt_in_is_the_one_awaiting(store: Store) -> None:
    latest = EnrolmentRecord(1, "p", 3, "12", None, opted_in=False)
    put(store, latest)
    assert standing(store).awaiting == latest
    put(store, replace(latest, optin_id="41", opted_in=True))
    assert standing(store).awaiting == SEED[1]
    assert standing(store).latest == replace(latest, optin_id="41", opted_in=True)


def test_customer_ids_may_be_of_any_size(store: Store) -> None:
    record = EnrolmentRecord(9007199254740993, "p", 1, "30", "31", opted_in=True)
    put(store, record)
    assert standing(store, customer=9007199254740993).enrolments == 1
    assert standing(store, customer=9007199254740992).enrolments == 0


def test_ids_never_come_twice(store: Store) -> None:
    def two(transaction: Transaction) -> tuple[str, str]:
        return transaction.new_id(), transaction.new_id()

    ids = [one for _ in range(3) for one in store.transact(two)]
    assert len(set(ids)) == 6
    assert min(map(int, ids)) == 21


def test_work_that_fails_leaves_nothing_behind(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        transaction.put(EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(work)
    assert store.records() == SEED
    assert standing(store).taken == 2


def test_what_work_returns_comes_back(store: Store) -> None:
    assert store.transact(lambda transaction: "x") == "x"


def test_reset_goes_back_to_the_seed(store: Store) -> None:
    store.transact(lambda transaction: transaction.new_id())
    put(store, EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True))
    store.reset()
    assert store.records() == SEED
    assert standing(store) == Standing(enrolments=2, latest=SEED[1], awaiting=SEED[1], taken=2)
    assert store.transact(lambda transaction: transaction.new_id()) == "21"


def test_reset_goes_back_to_records_of_the_seed_that_were_changed(store: Store) -> None:
    for _ in range(2):
        put(store, replace(SEED[0], optin_id="50"))
        put(store, EnrolmentRecord(1, "p", 3, "12", None, opted_in=False))
        assert [record.optin_id for record in store.records()] == ["50", None, None]
        assert standing(store).taken == 3
        store.reset()
        assert store.records() == SEED
        assert standing(store) == Standing(enrolments=2, latest=SEED[1], awaiting=SEED[1], taken=2)


def test_records_are_counted(store: Store) -> None:
    assert store.count() == 2
    put(store, replace(SEED[0], optin_id="50"))
    assert store.count() == 2
    put(store, EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True))
    assert store.count() == 3 == len(store.records())


def test_fork_has_the_seed_and_is_its_own(store: Store) -> None:
    put(store, EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True))
    fork = store.fork()
    assert fork.records() == SEED
    put(fork, EnrolmentRecord(3, "p", 1, "40", "41", opted_in=True))
    assert [record.customer for record in store.records()] == [1, 1, 2]


def test_store_of_another_world_begins_with_its_enrolments(store: Store) -> None:
    put(store, EnrolmentRecord(2, "p", 1, "30", "31", opted_in=True))
    other = store.beginning(World(enrolments=(Enrolment(5, "q", "70"),)))
    record = EnrolmentRecord(5, "q", 1, "70", None, opted_in=False)
    assert other.records() == (record,)
    assert standing(other, 5, "q") == Standing(enrolments=1, latest=record, awaiting=record, taken=1)
    assert other.transact(lambda transaction: transaction.new_id()) == "71"
    other.reset()
    assert other.records() == (record,)


@pytest.mark.parametrize("text", ["a\0b", "\0", "\\0", "\\\0\\", "'; --", "\U0001f600 ä", "%s ? $1", ""])
def test_ids_may_be_any_text(store: Store, text: str) -> None:
    record = EnrolmentRecord(2, text, 1, text, text, opted_in=True)
    put(store, record)
    assert standing(store, 2, text).latest == record
    assert record in store.records()


def test_customer_ids_may_be_larger_than_numbers_of_a_database(store: Store) -> None:
    record = EnrolmentRecord(2**70, "p", 1, "30", "31", opted_in=True)
    put(store, record)
    assert standing(store, customer=2**70).latest == record


def test_several_records_of_one_transaction_are_kept(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        for sequence in (1, 2):
            transaction.put(EnrolmentRecord(2, "p", sequence, transaction.new_id(), None, opted_in=False))

    store.transact(work)
    assert standing(store, customer=2).enrolments == 2
    assert standing(store).taken == 4


def test_transactions_do_not_overlap(store: Store) -> None:
    """Eight threads each enrol while fewer than fifty are enrolled. Exactly fifty get in."""

    def enter(transaction: Transaction, customer: int) -> bool:
        known = transaction.standing(customer, "q")
        if known.taken >= 50:
            return False
        transaction.put(
            EnrolmentRecord(customer, "q", known.enrolments + 1, transaction.new_id(), None, opted_in=False)
        )
        return True

    def enter_often(customer: int) -> None:
        for _ in range(25):
            store.transact(lambda transaction: enter(transaction, customer))

    threads = [threading.Thread(target=enter_often, args=(customer,)) for customer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entered = [record for record in store.records() if record.promotion == "q"]
    assert len(entered) == 50
    assert len({record.enrollment_id for record in entered}) == 50
    assert len({(record.customer, record.sequence) for record in entered}) == 50


def test_seed_of_a_world_counts_the_enrolments_of_a_customer() -> None:
    world = World(
        enrolments=(Enrolment(1, "p", "7"), Enrolment(2, "p", "8", "x"), Enrolment(1, "p", "9", "12")),
        credentials=Credentials(),
    )
    assert stores.seed(world) == (
        EnrolmentRecord(1, "p", 1, "7", None, opted_in=False),
        EnrolmentRecord(2, "p", 1, "8", "x", opted_in=True),
        EnrolmentRecord(1, "p", 2, "9", "12", opted_in=True),
    )


@pytest.mark.parametrize(
    ("world", "first"),
    [
        (World(), 1),
        (World(enrolments=(Enrolment(1, "p", "7", "9"),), pinned=(Enrolment(2, "p", "8", "12"),)), 13),
        (World(enrolments=(Enrolment(1, "p", "enr-700", "²"),)), 1),
    ],
)
def test_first_id_is_above_every_number_of_the_world(world: World, first: int) -> None:
    assert stores.first_id(world) == first


def test_request_that_came_before_the_data_were_replaced_enrols_nobody(store_url: str) -> None:
    database, seed = opened(store_url), Seed.of(WORLD)
    schema.prepare(database, world="before", readings="")
    store = BookStore(database, "", seed, begun(database, "", seed.first_id), world="before")
    record = EnrolmentRecord(2, "p", 1, "12", None, opted_in=False)

    def enrol(transaction: Transaction) -> None:
        transaction.standing(2, "p")
        transaction.put(record)

    store.transact(enrol)
    with database.transaction():
        database.write("UPDATE enrol_mock_store SET world = ?", "after")
    with pytest.raises(Unavailable, match="other sample data"):
        store.transact(lambda transaction: transaction.put(EnrolmentRecord(3, "p", 1, "13", None, opted_in=False)))
    assert store.made() == [record]
