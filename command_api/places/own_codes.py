"""Places with two codes: that of a part of a country (`US-PR`), and that of a country (`PR`).

They are those that ISO 3166 lists twice, and three states that the post of the United States serves as its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

OWN_CODES: Mapping[str, Mapping[str, tuple[str, str | None]]] = MappingProxyType(
    {
        "CN": {"HK": ("HK", None), "MO": ("MO", None), "TW": ("TW", None)},
        "FI": {"01": ("AX", None)},
        "FR": {
            "971": ("GP", None), "972": ("MQ", None), "973": ("GF", None), "974": ("RE", None), "976": ("YT", None),
            "BL": ("BL", None), "MF": ("MF", None), "NC": ("NC", None), "PF": ("PF", None), "PM": ("PM", None),
            "TF": ("TF", None), "WF": ("WF", None),
        },
        "NL": {
            "AW": ("AW", None), "BQ1": ("BQ", "BO"), "BQ2": ("BQ", "SA"), "BQ3": ("BQ", "SE"), "CW": ("CW", None),
            "SX": ("SX", None),
        },
        "NO": {"21": ("SJ", None), "22": ("SJ", None)},
        "US": {
            "AS": ("AS", "AS"), "FM": ("FM", "FM"), "GU": ("GU", None), "MH": ("MH", "MH"), "MP": ("MP", "MP"),
            "PR": ("PR", None), "PW": ("PW", "PW"), "UM": ("UM", "UM"), "VI": ("VI", "VI"),
        },
    }
)  # fmt: skip
"""By country and part: the country code of the same place, and the part of it where it is one."""
