"""The configuration of the shop: which value is in force under each key, in which version, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from domain.decider import Decider
from domain.fulfilment.policy import Policy
from domain.pricing import CURRENT, RULES, Rules, configured_rules, released_pricing
from schemas.config import (
    CONFIG_VALUES,
    ChangeConfig,
    ConfigChanged,
    ConfigEvent,
    ConfigKey,
    ConfigValue,
    ConfigValues,
    DeadlineRules,
    PricingRules,
    TrendingWeights,
)
from schemas.errors import ConfigVersionDiffers


@dataclass(frozen=True, slots=True)
class InForce:
    """The value of one key since somebody changed it: its version, and who did."""

    version: int
    value: ConfigValue
    by: str


@dataclass(frozen=True, slots=True)
class Config:
    """The keys that were changed; any other has its released value. `rules` are those that orders are priced by."""

    keys: Mapping[ConfigKey, InForce] = field(default_factory=dict)
    rules: Rules = RULES[CURRENT]

    def version(self, key: ConfigKey) -> int:
        """The version of a key's value; 0 is the released one."""
        return self.keys[key].version if key in self.keys else 0

    def policy(self, released: Policy) -> Policy:
        """The saga's policy in force: the released one until somebody changes its deadlines."""
        changed = self.keys.get(ConfigKey.DEADLINES)
        return policy_of(changed.value, released) if changed and isinstance(changed.value, DeadlineRules) else released


def decide(command: ChangeConfig, config: Config) -> Sequence[ConfigEvent]:
    current, version = config.keys.get(command.key), config.version(command.key)
    if current == InForce(command.expected_version + 1, command.value, command.by):
        return []  # the same change once more
    if command.expected_version != version:
        detail = f"{command.key} is at version {version} and not at {command.expected_version}: look at it again"
        raise ConfigVersionDiffers(detail, key=command.key, version=version)
    old = current.value if current else command.released
    return [] if command.value == old else [_changed(command, old, version + 1)]


def _changed(command: ChangeConfig, old: ConfigValue, version: int) -> ConfigChanged:
    return ConfigChanged(
        key=command.key,
        version=version,
        old=old.model_dump(mode="json"),
        new=command.value.model_dump(mode="json"),
        by=command.by,
        reason=command.reason,
    )


def evolve(config: Config, event: ConfigEvent) -> Config:
    value = CONFIG_VALUES[event.key].model_validate(event.new, extra="ignore")
    keys = {**config.keys, event.key: InForce(event.version, value, event.by)}
    rules = configured_rules(value, event.version) if isinstance(value, PricingRules) else config.rules
    return Config(keys, rules)


CONFIG = Decider(initial=Config(), decide=decide, evolve=evolve)


def released_values(policy: Policy) -> ConfigValues:
    """The value of every key while nobody has changed it; the deadlines are those of `policy`."""
    return MappingProxyType(
        {
            ConfigKey.PRICING: released_pricing(),
            ConfigKey.DEADLINES: _deadlines(policy),
            ConfigKey.TRENDING: TrendingWeights(),
        }
    )


def policy_of(value: DeadlineRules, released: Policy) -> Policy:
    """The released policy with these deadlines."""
    return replace(
        released,
        payment_timeout=value.payment,
        inventory_timeout=value.inventory,
        shipping_timeout=value.shipping,
        undo_timeout=value.undo,
        reservation_lifetime=value.reservation,
        max_attempts=value.max_attempts,
        backoff=value.retry_after,
    )


def _deadlines(policy: Policy) -> DeadlineRules:
    """The deadlines of a policy as they are; what was set at the start is not held to the rules of changes."""
    return DeadlineRules.model_construct(
        payment=policy.payment_timeout,
        inventory=policy.inventory_timeout,
        shipping=policy.shipping_timeout,
        undo=policy.undo_timeout,
        reservation=policy.reservation_lifetime,
        max_attempts=policy.max_attempts,
        retry_after=policy.backoff,
    )
