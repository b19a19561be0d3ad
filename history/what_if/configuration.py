"""The configuration of the shop as it was at each of its changes."""

from typing import TypeVar, cast

from domain.config import CONFIG, Config
from history.what_if.log import Period, ReadOnlyLog, read_events
from schemas.config import ConfigChanged, ConfigKey, ConfigValue

V = TypeVar("V", bound=ConfigValue)


async def read_configs(log: ReadOnlyLog, until: int) -> list[Config]:
    """Return the configuration as it was released and after each change up to a position; the last one is in force."""
    configs = [CONFIG.initial]
    async for envelope in read_events(log, Period(0, until), [ConfigChanged.wire_name]):
        configs.append(CONFIG.evolve(configs[-1], cast(ConfigChanged, envelope.event)))
    return configs


def value_of(config: Config, key: ConfigKey, released: V) -> V:
    """Return the value of a key: the released one until somebody changes it."""
    return cast(V, config.keys[key].value) if key in config.keys else released
