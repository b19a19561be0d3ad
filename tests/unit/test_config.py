"""The configuration: a change names the version it replaces, and what is in force follows from the log."""

import pytest
from pydantic import ValidationError

from domain.config import CONFIG, Config, released_values
from domain.fulfilment.policy import POLICY, Policy
from domain.pricing import CURRENT, RULES, configured_rules, quote, released_pricing
from schemas.config import (
    ChangeConfig,
    ConfigChanged,
    ConfigKey,
    ConfigValue,
    CurrencyFee,
    DeadlineRules,
    PricingRules,
    TrendingWeights,
)
from schemas.errors import ConfigVersionDiffers, CurrencyNotAccepted
from schemas.order import OrderLine
from tests.spec import given

RELEASED = released_values(POLICY)
DEADLINES = DeadlineRules(payment=5, inventory=2, shipping=20, undo=7, reservation=600, max_attempts=2, retry_after=0.5)
PRICING = PricingRules(tax={"GB": "21.5"}, fees={"GBP": CurrencyFee(amount=300, free_from=4_000)})
LINES = (OrderLine(product_id="p", name="Thing", quantity=3, unit_price=1_000),)


def change(key: ConfigKey, value: ConfigValue, expected: int, by: str = "ann") -> ChangeConfig:
    return ChangeConfig(
        key=key, value=value, released=RELEASED[key], expected_version=expected, by=by, reason="the law changed"
    )


def changed(key: ConfigKey, old: ConfigValue, new: ConfigValue, version: int) -> ConfigChanged:
    return ConfigChanged(
        key=key,
        version=version,
        old=old.model_dump(mode="json"),
        new=new.model_dump(mode="json"),
        by="ann",
        reason="the law changed",
    )


FIRST = changed(ConfigKey.PRICING, RELEASED[ConfigKey.PRICING], PRICING, 1)


def test_the_first_change_replaces_what_was_released() -> None:
    given(CONFIG).when(change(ConfigKey.PRICING, PRICING, 0)).then(FIRST)


def test_every_key_counts_its_own_versions() -> None:
    given(CONFIG, FIRST).when(change(ConfigKey.DEADLINES, DEADLINES, 0)).then(
        changed(ConfigKey.DEADLINES, RELEASED[ConfigKey.DEADLINES], DEADLINES, 1)
    )


def test_the_next_change_says_what_it_replaces() -> None:
    other = PRICING.model_copy(update={"other_tax": "3"})
    given(CONFIG, FIRST).when(change(ConfigKey.PRICING, other, 1)).then(changed(ConfigKey.PRICING, PRICING, other, 2))


@pytest.mark.parametrize("expected", [0, 2])
def test_a_change_of_another_version_is_refused_with_the_one_in_force(expected: int) -> None:
    other = change(ConfigKey.PRICING, PRICING.model_copy(update={"other_tax": "3"}), expected)
    given(CONFIG, FIRST).when(other).refused(ConfigVersionDiffers, key=ConfigKey.PRICING, version=1)


def test_the_value_in_force_once_more_is_no_change() -> None:
    given(CONFIG, FIRST).when(change(ConfigKey.PRICING, PRICING, 1)).then()
    given(CONFIG).when(change(ConfigKey.PRICING, released_pricing(), 0)).then()


def test_the_same_change_sent_once_more_is_no_change_but_anothers_is_refused() -> None:
    given(CONFIG, FIRST).when(change(ConfigKey.PRICING, PRICING, 0)).then()
    given(CONFIG, FIRST).when(change(ConfigKey.PRICING, PRICING, 0, by="eve")).refused(ConfigVersionDiffers)


def test_what_was_released_prices_as_the_released_table() -> None:
    configured = configured_rules(released_pricing(), 1)
    released = RULES[CURRENT]
    assert (configured.tax, configured.fees, configured.other_tax) == (released.tax, released.fees, released.other_tax)
    assert (configured.taxed_by_part, configured.other_fee) == (released.taxed_by_part, released.other_fee)


def test_an_order_is_priced_by_the_rules_in_force_and_names_them() -> None:
    rules = CONFIG.fold([FIRST]).rules
    terms = rules.terms(region="GB-SCT", currency="GBP")
    quoted = quote(LINES, terms)
    assert (terms.rules_version, quoted.tax, quoted.shipping) == ("pricing-1", 645, 300)
    with pytest.raises(CurrencyNotAccepted):
        rules.terms(region="GB", currency="USD")


def test_an_order_of_older_rules_is_explained_by_the_log_as_far_as_their_version() -> None:
    """The fold of the log up to any version gives the rules of that version again."""
    log = [FIRST, changed(ConfigKey.PRICING, PRICING, released_pricing(), 2)]
    by_name = {CONFIG.fold(log[:count]).rules.version: CONFIG.fold(log[:count]).rules for count in range(3)}
    assert list(by_name) == [CURRENT, "pricing-1", "pricing-2"]
    assert quote(LINES, by_name["pricing-1"].terms(region="GB", currency="GBP")).tax == 645
    assert quote(LINES, by_name["pricing-2"].terms(region="GB", currency="GBP")).tax == 600


def test_the_policy_is_the_released_one_until_its_deadlines_are_changed() -> None:
    released = Policy(payment_timeout=1.5, jitter=0.1)
    deadlines = changed(ConfigKey.DEADLINES, RELEASED[ConfigKey.DEADLINES], DEADLINES, 1)
    assert Config().policy(released) is released
    assert CONFIG.fold([FIRST, deadlines]).policy(released) == Policy(
        payment_timeout=5,
        inventory_timeout=2,
        shipping_timeout=20,
        undo_timeout=7,
        reservation_lifetime=600,
        max_attempts=2,
        backoff=0.5,
        jitter=0.1,
    )


@pytest.mark.parametrize(
    ("kind", "value", "field", "code"),
    [
        (PricingRules, {"tax": {"GB": 20}, "fees": {"GBP": [1, 2]}}, ("tax", "GB"), "string_type"),
        (PricingRules, {"tax": {"GB": "101"}}, ("tax", "GB"), "string_pattern_mismatch"),
        (PricingRules, {"tax": {"GB": "-1"}}, ("tax", "GB"), "string_pattern_mismatch"),
        (PricingRules, {"tax": {"England": "1"}}, ("tax", "England", "[key]"), "string_pattern_mismatch"),
        (PricingRules, {"fees": {"XAU": {"amount": 1, "freeFrom": 1}}}, ("fees", "XAU", "[key]"), "currency_unknown"),
        (PricingRules, {"fees": {"USD": {"amount": 5.99, "freeFrom": 1}}}, ("fees", "USD", "amount"), "int_type"),
        (PricingRules, {"fees": {}}, ("fees",), "too_short"),
        (PricingRules, {"rates": {}}, ("rates",), "extra_forbidden"),
        (DeadlineRules, {"payment": 0}, ("payment",), "greater_than_equal"),
        (DeadlineRules, {"maxAttempts": 11}, ("maxAttempts",), "less_than_equal"),
        (TrendingWeights, {"halfLifeHours": 0}, ("halfLifeHours",), "greater_than_equal"),
        (TrendingWeights, {"view": float("nan")}, ("view",), "less_than_equal"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(
    kind: type[ConfigValue], value: dict[str, object], field: tuple[str, ...], code: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        kind.model_validate(value)
    assert (field, code) in [(each["loc"], each["type"]) for each in raised.value.errors()]


def test_a_reservation_outlives_an_attempt_to_ship() -> None:
    with pytest.raises(ValidationError, match="lasts longer"):
        DeadlineRules(payment=1, inventory=1, shipping=60, undo=1, reservation=60)


def test_some_weight_counts() -> None:
    with pytest.raises(ValidationError, match="above 0"):
        TrendingWeights(view=0, cart_add=0, order=0)


def test_a_value_of_a_later_release_is_read_without_what_is_new_in_it() -> None:
    newer = FIRST.model_copy(update={"new": FIRST.new | {"vat": True}})
    assert CONFIG.fold([newer]).rules == CONFIG.fold([FIRST]).rules
