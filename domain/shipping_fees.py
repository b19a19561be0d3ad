"""The shop's shipping fees: one price list for every currency in circulation.

A fee is set, not converted: it is a round amount in its own currency, near 5.99 USD when the list was made, as the
amount from which shipping is free is near 50 USD. A change of the list is a new version of the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.currencies import to_minor_units


@dataclass(frozen=True, slots=True)
class ShippingFee:
    """What one currency's orders pay for shipping, and from which subtotal on they pay nothing; in minor units."""

    amount: int
    free_from: int

    def of(self, subtotal: int) -> int:
        """The fee of an order with this subtotal."""
        return 0 if subtotal >= self.free_from else self.amount


_PRICE_LIST: Mapping[str, tuple[str, str]] = {
    "AED": ("22", "185"), "AFN": ("420", "3500"), "ALL": ("540", "4500"), "AMD": ("2400", "20000"),
    "AOA": ("5500", "46000"), "ARS": ("8400", "70000"), "AUD": ("9.50", "80"), "AWG": ("10.75", "90"),
    "AZN": ("10.20", "85"), "BAM": ("10.20", "85"), "BBD": ("12", "100"), "BDT": ("730", "6100"),
    "BHD": ("2.250", "19"), "BIF": ("17500", "150000"), "BMD": ("5.99", "50"), "BND": ("7.80", "65"),
    "BOB": ("41", "345"), "BRL": ("32", "270"), "BSD": ("5.99", "50"), "BTN": ("530", "4400"), "BWP": ("81", "675"),
    "BYN": ("18", "150"), "BZD": ("12", "100"), "CAD": ("8.50", "70"), "CDF": ("14000", "115000"),
    "CHF": ("4.90", "40"), "CLP": ("5700", "48000"), "CNY": ("43", "355"), "COP": ("24000", "200000"),
    "CRC": ("3000", "25000"), "CUP": ("145", "1200"), "CVE": ("570", "4750"), "CZK": ("125", "1050"),
    "DJF": ("1065", "8900"), "DKK": ("39", "320"), "DOP": ("380", "3150"), "DZD": ("780", "6500"),
    "EGP": ("290", "2400"), "ERN": ("90", "750"), "ETB": ("900", "7500"), "EUR": ("5.49", "45"),
    "FJD": ("13.60", "115"), "FKP": ("4.49", "38"), "GBP": ("4.49", "38"), "GEL": ("16.20", "135"),
    "GHS": ("66", "550"), "GIP": ("4.49", "38"), "GMD": ("430", "3600"), "GNF": ("52000", "430000"),
    "GTQ": ("46", "385"), "GYD": ("1250", "10500"), "HKD": ("47", "390"), "HNL": ("155", "1300"),
    "HTG": ("785", "6550"), "HUF": ("1990", "16800"), "IDR": ("99000", "830000"), "ILS": ("19.90", "165"),
    "INR": ("530", "4400"), "IQD": ("7850", "65500"), "IRR": ("252000", "2100000"), "ISK": ("740", "6150"),
    "JMD": ("960", "8000"), "JOD": ("4.250", "35"), "JPY": ("900", "7500"), "KES": ("775", "6450"),
    "KGS": ("520", "4350"), "KHR": ("24000", "200000"), "KMF": ("2500", "21000"), "KPW": ("5400", "45000"),
    "KRW": ("8500", "70000"), "KWD": ("1.850", "15"), "KYD": ("5", "42"), "KZT": ("3200", "26500"),
    "LAK": ("130000", "1080000"), "LBP": ("536000", "4475000"), "LKR": ("1800", "15000"), "LRD": ("1090", "9100"),
    "LSL": ("105", "865"), "LYD": ("33", "270"), "MAD": ("55", "460"), "MDL": ("100", "850"),
    "MGA": ("26500", "222000"), "MKD": ("320", "2650"), "MMK": ("12600", "105000"), "MNT": ("21500", "179000"),
    "MOP": ("48", "400"), "MRU": ("240", "2000"), "MUR": ("275", "2275"), "MVR": ("92", "770"),
    "MWK": ("10400", "87000"), "MXN": ("110", "920"), "MYR": ("25", "210"), "MZN": ("385", "3200"),
    "NAD": ("105", "865"), "NGN": ("8700", "72500"), "NIO": ("220", "1840"), "NOK": ("60", "500"),
    "NPR": ("845", "7050"), "NZD": ("10.50", "90"), "OMR": ("2.300", "19"), "PAB": ("5.99", "50"),
    "PEN": ("20", "170"), "PGK": ("25", "210"), "PHP": ("350", "2900"), "PKR": ("1680", "14000"),
    "PLN": ("21.90", "180"), "PYG": ("42000", "350000"), "QAR": ("22", "180"), "RON": ("26", "220"),
    "RSD": ("600", "5000"), "RUB": ("485", "4050"), "RWF": ("8700", "72500"), "SAR": ("22.50", "190"),
    "SBD": ("49", "410"), "SCR": ("87", "725"), "SDG": ("3600", "30000"), "SEK": ("55", "470"),
    "SGD": ("7.80", "65"), "SHP": ("4.49", "38"), "SLE": ("140", "1150"), "SOS": ("3400", "28500"),
    "SRD": ("230", "1925"), "SSP": ("27500", "230000"), "STN": ("127", "1060"), "SVC": ("52", "440"),
    "SYP": ("660", "5500"), "SZL": ("105", "865"), "THB": ("195", "1625"), "TJS": ("55", "460"),
    "TMT": ("21", "175"), "TND": ("17.500", "145"), "TOP": ("14", "120"), "TRY": ("250", "2100"),
    "TTD": ("40", "340"), "TWD": ("185", "1525"), "TZS": ("14700", "122500"), "UAH": ("250", "2075"),
    "UGX": ("21000", "175000"), "USD": ("5.99", "50"), "UYU": ("237", "1975"), "UZS": ("72000", "600000"),
    "VED": ("1800", "15000"), "VES": ("1800", "15000"), "VND": ("158000", "1315000"), "VUV": ("725", "6050"),
    "WST": ("16.50", "137"), "XAF": ("3400", "28000"), "XCD": ("16.20", "135"), "XCG": ("10.75", "90"),
    "XOF": ("3400", "28000"), "XPF": ("615", "5130"), "YER": ("1435", "12000"), "ZAR": ("105", "865"),
    "ZMW": ("140", "1150"), "ZWG": ("160", "1325"),
}  # fmt: skip
"""By currency the fee and the subtotal from which there is none, in whole units as they are spoken of."""

FEES: Mapping[str, ShippingFee] = MappingProxyType(
    {
        currency: ShippingFee(to_minor_units(fee, currency), free_from=to_minor_units(free_from, currency))
        for currency, (fee, free_from) in _PRICE_LIST.items()
    }
)
