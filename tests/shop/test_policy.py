"""The policy is whole, or the process does not start and says which field is wrong."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from handoff.entry import doctor
from shop import policy
from shop.ground.settings import BadSetting, Settings
from tests.conftest import development

SHIPPED: dict[str, Any] = yaml.safe_load(policy.PATH.read_text())
ROOT = Path(__file__).parents[2]


def written(folder: Path, **changes: Any) -> Path:
    """The shipped policy, changed: a value of None leaves the field out, a mapping is merged."""
    given = {name: value for name, value in SHIPPED.items() if name not in changes}
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(SHIPPED.get(name), dict):
            merged = {**SHIPPED[name], **value}
            given[name] = {key: one for key, one in merged.items() if one != "left out"}
        elif value is not None:
            given[name] = value
    path = folder / "policy.yml"
    path.write_text(yaml.safe_dump(given))
    return path


def test_the_shipped_one_counts_until_another_is_named() -> None:
    current = policy.current()
    assert (current.plan_minutes, current.code_minutes) == (10, 30)
    assert current.codes.model_dump() == {"lifetime_minutes": 10, "tries": 5, "per_hour": 3}
    assert current.guesses.model_dump() == {"per_15_minutes": 5, "per_day": 20}


def test_refunds_are_promised_by_the_kind_of_method() -> None:
    current = policy.current()
    assert current.refund_when("gift_card") == "immediately"
    assert {current.refund_when(kind) for kind in ("credit_card", "paypal", None)} == {"within 5 to 7 business days"}


def test_the_strictest_proof_counts() -> None:
    current = policy.current()
    assert [current.proof(act) for act in ("cancel", "return", "exchange")] == ["phone"] * 3
    assert [current.proof(act) for act in ("address", "payment", "items", "account")] == ["code"] * 4
    assert current.proof("return", "elsewhere") == "code"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan_minutes": 0}, "plan_minutes: Input should be greater than or equal to 1"),
        ({"plan_minutes": "ten"}, "plan_minutes: Input should be a valid integer"),
        ({"plan_minutes": True}, "plan_minutes: Input should be a valid integer"),
        ({"plan_minutes": None}, "plan_minutes: is missing"),
        ({"plan_hours": 1}, "plan_hours: is no field that is known here"),
        ({"proofs": {"cancel": "none"}}, "proofs.cancel: Input should be 'phone', 'code', 'code_always' or 'signed'"),
        ({"proofs": {"address": "left out"}}, "proofs: address is missing"),
        ({"return_window_days": {"bronze": 3}}, "return_window_days: bronze is no tier"),
        ({"return_window_days": {"silver": "left out"}}, "return_window_days: silver is missing"),
        ({"tiers": {"standard": {"orders": 1}}}, "tiers: standard is who belongs to no tier"),
        ({"tiers": {"gold": {}}}, "tiers.gold: names nothing that must hold"),
        ({"tiers": {"gold": {"top_percent": 0}}}, "tiers.gold.top_percent: Input should be greater than or equal"),
        ({"tiers": {"gold": {"spent": 1000}}}, "tiers.gold.spent: write the amount between quotes"),
        ({"relationship": {"returning_orders": 1}}, "relationship.returning_orders: Input should be greater than"),
        ({"return_window_days": {"gold": -1}}, "return_window_days.gold: Input should be greater than or equal to 1"),
        ({"refund_days": {"gift_card": "tomorrow"}}, "refund_days: gift_card can only be 'immediately'"),
        ({"waivers": {"return_window": "boss"}}, "waivers.return_window: Input should be"),
        ({"codes": {"tries": 0}}, "codes.tries: Input should be greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(BadSetting) as refused:
        policy.load(path)
    assert re.match(rf"POLICY_FILE: {path}: line \d+: {re.escape(said)}", str(refused.value))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "- a\n- b", "plan_minutes: [", "a: &x\n  b: *y"])
def test_what_is_no_policy_is_one_line_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"^POLICY_FILE: .*[^\n]*$"):
        policy.load(path)
    with pytest.raises(BadSetting, match=r"^POLICY_FILE: "):
        policy.load(tmp_path / "missing.yml")


def test_a_shops_own_policy_is_gone_by(tmp_path: Path) -> None:
    own = policy.load(written(tmp_path, plan_minutes=3, return_window_days={"gold": None}))
    with policy.using(own):
        assert policy.current().plan_minutes == 3
        assert policy.current().return_window_days["gold"] is None
    assert policy.current().plan_minutes == 10


def test_the_doctor_looks_at_it(tmp_path: Path) -> None:
    def told(settings: Settings) -> list[tuple[str, str]]:
        return [(one.level, one.what) for one in doctor.rules(settings)]

    assert told(development(tmp_path))[0][0] == "ok"
    [(level, what)] = told(development(tmp_path, policy_file=str(written(tmp_path, plan_minutes=0))))
    assert level == "wrong" and "plan_minutes" in what


@pytest.mark.slow
@pytest.mark.parametrize("command", [["-m", "actions.server"], ["-m", "handoff.entry.cli", "gateway"]])
def test_a_process_does_not_start_with_a_wrong_one(tmp_path: Path, command: list[str]) -> None:
    path = written(tmp_path, refund_days={"paypal": 5})
    environment = {"RAPPORT_ENV": "development", "VAR_DIR": str(tmp_path), "POLICY_FILE": str(path), "PORT": "18650"}
    started = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert started.returncode == 2
    [line] = started.stderr.strip().splitlines()
    assert re.search(rf"POLICY_FILE: {path}: line \d+: refund_days.paypal: Input should be a valid string", line)
