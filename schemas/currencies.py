"""The currencies of the world, their minor units, and prices in them."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from schemas.message import Money

_WITHOUT_MINOR_UNITS = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
"""
_WITH_HUNDREDTHS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR
    ZMW ZWG
"""
_WITH_THOUSANDTHS = """
    BHD IQD JOD KWD LYD OMR TND
"""
MINOR_UNITS: Mapping[str, int] = MappingProxyType(
    {
        code: digits
        for digits, codes in ((0, _WITHOUT_MINOR_UNITS), (2, _WITH_HUNDREDTHS), (3, _WITH_THOUSANDTHS))
        for code in codes.split()
    }
)
"""Digits after the decimal point, by code: ISO 4217's list of current currencies, without funds, precious metals,
units of account and the codes for tests and for no currency: nobody can pay in those."""


def to_minor_units(amount: str, currency: str) -> int:
    """An amount written in whole units (`5.99`) as minor units (599) of a currency in circulation."""
    return int(Decimal(amount).scaleb(MINOR_UNITS[currency]))


def to_whole_units(amount: int, currency: str) -> Decimal:
    """An amount of minor units (599) in whole units (`5.99`), with the currency's digits.

    A currency that does not circulate may be in the log; nothing is known of it, so its amount stays as it is.
    """
    return Decimal(amount).scaleb(-MINOR_UNITS.get(currency, 0))


def _check_currency(price: Money) -> Money:
    if price.currency in MINOR_UNITS:
        return price
    error = PydanticCustomError("currency_unknown", "Not a currency in circulation (ISO 4217)")
    details = InitErrorDetails(type=error, loc=("currency",), input=price.currency)
    raise ValidationError.from_exception_data("Money", [details])


Price = Annotated[Money, AfterValidator(_check_currency)]
"""What a product is to cost, in commands: the money of a currency in circulation. Events keep whatever was recorded."""
