from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from shop import identity
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.errors import Conflict, Unauthorised
from shop.ground.settings import Settings, load
from shop.identity import Identity, Proof
from tests.shop import small
from tests.shop.small import NOW

SECRET = "s" * 64


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(_env_file=None, identity_secret=SECRET, public_url="https://shop.example", var_dir=tmp_path)


@pytest.fixture
def stopped() -> Any:
    with clock.reading(lambda: NOW):
        yield


def token(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    issued = int(NOW.timestamp())
    claims = {"sub": "ada", "aud": "rapport", "iat": issued, "exp": issued + 60, "jti": "one"} | changes
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, algorithm=algorithm)


def test_proofs_are_ordered() -> None:
    assert Proof.NONE < Proof.PHONE < Proof.CODE < Proof.SIGNED


def test_an_unknown_conversation_belongs_to_nobody(db: Database) -> None:
    with db.transaction() as session:
        assert identity.of(session, "c1") == Identity("c1", None, Proof.NONE)


def test_the_strongest_proof_counts_and_is_kept(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session)
        identity.prove(session, "c1", "ada", Proof.SIGNED, "token-1", NOW)
        later = identity.prove(session, "c1", "ada", Proof.PHONE, "+16175550101", NOW + timedelta(hours=1))
        assert (later.customer_id, later.level, later.contact, later.proved_at) == ("ada", Proof.SIGNED, "token-1", NOW)
        again = identity.prove(session, "c1", "ada", Proof.SIGNED, "token-2", NOW + timedelta(hours=2))
        assert (again.contact, again.proved_at) == ("token-2", NOW + timedelta(hours=2))


def test_a_conversation_has_one_customer(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session)
        small.customer(session, "bob")
        identity.prove(session, "c1", "ada", Proof.PHONE, "+16175550101", NOW)
        with pytest.raises(Conflict):
            identity.prove(session, "c1", "bob", Proof.SIGNED, "token", NOW)
        assert identity.of(session, "c1").customer_id == "ada"


def test_two_customers_at_once_one_wins(db: Database) -> None:
    with db.transaction() as session:
        for name in ("ada", "bob"):
            small.customer(session, name)

    def prove(name: str) -> str:
        try:
            with db.transaction() as session:
                identity.prove(session, "c1", name, Proof.SIGNED, name, NOW)
        except Conflict:
            return "conflict"
        return name

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(prove, ["ada", "bob"] * 8))
    winners = set(results) - {"conflict"}
    assert len(winners) == 1 and results.count("conflict") == 8
    with db.transaction() as session:
        assert identity.of(session, "c1").customer_id in winners


def test_a_customer_who_is_gone_is_nobody(db: Database) -> None:
    with db.transaction() as session:
        row = small.customer(session)
        small.proved(session)
        for method in row.methods:
            session.delete(method)
        session.delete(row)
        session.flush()
        assert identity.of(session, "c1").customer_id is None


@pytest.mark.parametrize("level", [Proof.NONE, Proof.PHONE])
def test_requiring_more_than_there_is_refuses(level: Proof) -> None:
    with pytest.raises(Unauthorised):
        Identity("c1", "ada", level).require(Proof.CODE)
    assert Identity("c1", "ada", Proof.SIGNED).require(Proof.CODE) == "ada"


@pytest.mark.usefixtures("stopped")
def test_a_good_token_is_read(settings: Settings) -> None:
    verified = identity.verify_token(settings, token())
    assert (verified.customer_id, verified.jti) == ("ada", "one")
    assert verified.expires_at == NOW + timedelta(seconds=60)


WRONG: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token": lambda: "a.b.c",
    "not ascii": lambda: "é.ü.☃",
    "another secret": lambda: token("x" * 40),
    "another algorithm": lambda: token(algorithm="HS512"),
    "no algorithm": lambda: token("", "none"),
    "another audience": lambda: token(aud="shop"),
    "no audience": lambda: token(aud=None),
    "expired": lambda: token(exp=int(NOW.timestamp())),
    "from the future": lambda: token(iat=int(NOW.timestamp()) + 3600, exp=int(NOW.timestamp()) + 7200),
    "no expiry": lambda: token(exp=None),
    "no issue time": lambda: token(iat=None),
    "no id": lambda: token(jti=None),
    "empty id": lambda: token(jti=""),
    "no subject": lambda: token(sub=None),
    "empty subject": lambda: token(sub=""),
    "endless": lambda: token(exp=1e300),
    "times in words": lambda: token(exp="tomorrow"),
    "far too long": lambda: token(more="x" * 5000),
    "unknown customer": lambda: token(sub="nobody"),
}


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("name", WRONG)
def test_every_wrong_token_gets_the_same_refusal(sqlite_db: Database, settings: Settings, name: str) -> None:
    with sqlite_db.transaction() as session:
        small.customer(session)
        with pytest.raises(Unauthorised) as refused:
            identity.signed_customer(session, settings, WRONG[name]())
    assert refused.value.message == "The identity token was not accepted."


@pytest.mark.usefixtures("stopped")
def test_while_the_secret_is_exchanged_both_count_and_afterwards_the_new_one_alone(settings: Settings) -> None:
    during = settings.model_copy(update={"identity_secret": "n" * 64, "identity_secret_before": SECRET})
    after = during.model_copy(update={"identity_secret_before": ""})
    for secret, where in ((SECRET, during), ("n" * 64, during), ("n" * 64, after)):
        assert identity.verify_token(where, token(secret)).customer_id == "ada"
    for refused, where in (
        (token(SECRET), after),
        (token("x" * 64), during),
        (token(SECRET, exp=int(NOW.timestamp()) - 1), during),
        (token(SECRET, aud="another"), during),
    ):
        with pytest.raises(Unauthorised):
            identity.verify_token(where, refused)


@pytest.mark.usefixtures("stopped")
def test_a_known_customers_token_is_accepted(db: Database, settings: Settings) -> None:
    with db.transaction() as session:
        small.customer(session)
        assert identity.signed_customer(session, settings, token()).customer_id == "ada"
