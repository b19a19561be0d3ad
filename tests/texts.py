"""Texts of many scripts, and what is no text."""

import unicodedata
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
"""Unicode's normal forms."""

SCRIPTS = {
    "Latin": "Crème Brûlée",
    "Vietnamese": "Phở bò tái",
    "Greek": "Ελληνικός καφές",
    "Cyrillic": "Йогурт с черникой",
    "Hebrew": "שֻׁלְחָן עֵץ",
    "Arabic": "طاولة خشبيّة",
    "Persian": "می‌خواهم کتاب",
    "Devanagari": "काम कीमा",
    "Tamil": "தேநீர் கோப்பை",
    "Thai": "น้ำปลา",
    "Khmer": "ទឹកត្រី",
    "Hangul": "한글 공책",
    "Japanese": "ガラスのコップ",
    "Chinese": "茶杯",
    "Emoji": "👩‍🚀 mug ❤️",
    "Mixed directions": "Lamp (مصباح) 2",
}
"""A name of each script, in its composed form."""

INVISIBLE = (
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u200b", "\u200c",
    "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2063", "\u2066", "\u2069", "\u206f", "\u2800",
    "\u3164", "\ufe0f", "\uffa0", "\U0001d159", "\U0001d173", "\U000e0020", "\U000e0100", "\u200b\u200b \u200d",
    "\u00a0\u200b", "\u3164\u3000",
)  # fmt: skip
"""Nothing in these can be seen."""

LINE_BREAKS = ("\n", "\r\n", "\r", "\u2028", "\u2029")
CONTROLS = tuple(character for character in map(chr, range(0x110000)) if unicodedata.category(character) == "Cc")
"""Unicode's controls: C0, DEL and C1."""
NO_TEXT = (
    *(each for each in CONTROLS if each not in LINE_BREAKS),
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\U0010ffff",
)
"""What is refused wherever it stands: controls, the byte order mark, code points that are no characters."""

DICTIONARY = (
    "17 seas", "7 seas", "Äpfel", "Apfelbaum", "apple", "Apple", "banana", "Banana", "Čaj", "Crème", "creme caramel",
    "éclair", "Fig", "Lodge", "Łódź", "naïve", "Ñandú", "Öl", "ölçek", "Strasse", "straße", "Warranty", "zebra",
    "καφές", "Ψωμί", "елка", "Ёлка", "йогурт", "יין", "كتاب", "काम", "कीमा", "นา", "น้ำ", "한글", "カラス", "ガラス",
    "茶",
)  # fmt: skip
"""Names in the order of a dictionary."""
