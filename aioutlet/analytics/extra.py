"""What is said where the extra `analytics` is not installed."""

import importlib.util

from aioutlet.terminal import give_up


def need(*modules: str) -> None:
    """Give up unless these modules of the extra are installed."""
    if missing := [name for name in modules if importlib.util.find_spec(name) is None]:
        give_up(f"this needs {' and '.join(missing)}: run 'make analytics', or install 'aioutlet[analytics]'")
