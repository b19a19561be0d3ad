"""English and other common names of parts of countries that neither ISO 3166-2 nor the address data has.

The standard gives names in a language of the country, in Latin letters. In Micronesia, the Marshall Islands and Palau,
which the post of the United States serves, the country itself stands where a state does: `Koror, PW 96940`.
"""

from collections.abc import Mapping
from types import MappingProxyType

COMMON_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "AT": {
            "Carinthia": "2", "Lower Austria": "3", "Upper Austria": "4", "Styria": "6", "Tyrol": "7", "Vienna": "9",
        },
        "AR": {"CABA": "C", "Capital Federal": "C"},
        "BE": {
            "Antwerp": "VAN", "Brussels": "BRU", "Brussels-Capital": "BRU", "Bruxelles": "BRU", "Brussel": "BRU",
            "East Flanders": "VOV", "Flanders": "VLG", "Flemish Brabant": "VBR", "Liege": "WLG", "Vlaanderen": "VLG",
            "Wallonia": "WAL", "Wallonie": "WAL", "Walloon Brabant": "WBR", "West Flanders": "VWV",
        },
        "CA": {"Newfoundland": "NL", "PEI": "PE", "P.E.I.": "PE", "Yukon Territory": "YT"},
        "CH": {
            "Bern": "BE", "Freiburg": "FR", "Geneva": "GE", "Genf": "GE", "Grisons": "GR", "Lucerne": "LU",
            "Neuenburg": "NE", "St. Gallen": "SG", "Saint Gall": "SG", "Tessin": "TI", "Waadt": "VD", "Wallis": "VS",
            "Basel": "BS",
        },
        "CN": {
            "Hong Kong": "HK", "Inner Mongolia": "NM", "Macao": "MO", "Macau": "MO", "Neimenggu": "NM",
            "Tibet": "XZ", "Xinjiang": "XJ", "Xinjiang Weiwuerzizhiqu": "XJ", "Guangxi": "GX", "Ningxia": "NX",
        },
        "CL": {"Santiago": "RM"},
        "CO": {"Bogotá": "DC", "Bogotá, D.C.": "DC"},
        "CZ": {"Prague": "10", "Praha": "10"},
        "DE": {
            "Bavaria": "BY", "Hesse": "HE", "Lower Saxony": "NI", "Mecklenburg-Western Pomerania": "MV",
            "North Rhine-Westphalia": "NW", "NRW": "NW", "Rhineland-Palatinate": "RP", "Saxony": "SN",
            "Saxony-Anhalt": "ST", "Thuringia": "TH",
        },
        "DK": {
            "Capital Region of Denmark": "84", "Central Denmark": "82", "North Denmark": "81",
            "Southern Denmark": "83", "Zealand": "85",
        },
        "EG": {"Alexandria": "ALX", "Cairo": "C", "Giza": "GZ", "Port Said": "PTS", "Suez": "SUZ"},
        "ES": {
            "Andalusia": "AN", "Balearic Islands": "PM", "Basque Country": "PV", "Biscay": "BI", "Canary Islands": "CN",
            "Castile and León": "CL", "Catalonia": "CT", "Navarre": "NA", "Seville": "SE", "Valencian Community": "VC",
        },
        "FI": {
            "Åland": "01", "South Karelia": "02", "South Ostrobothnia": "03", "South Savo": "04",
            "Central Ostrobothnia": "07", "Central Finland": "08", "Lapland": "10", "Ostrobothnia": "12",
            "North Karelia": "13", "North Ostrobothnia": "14", "North Savo": "15", "Southwest Finland": "19",
        },
        "FM": {"FM": "FM"},
        "FR": {"75": "75C", "Brittany": "BRE", "Burgundy-Franche-Comté": "BFC", "Corsica": "20R", "Normandy": "NOR"},
        "GR": {"Attica": "I", "Central Macedonia": "B", "Crete": "M", "Αττική": "I", "Κρήτη": "M"},
        "HK": {
            "Hong Kong": "Hong Kong Island", "Hong Kong SAR": "Hong Kong Island", "HK": "Hong Kong Island",
            "KLN": "Kowloon", "NT": "New Territories", "N.T.": "New Territories",
        },
        "IL": {"Haifa": "HA", "Jerusalem": "JM", "Tel Aviv": "TA"},
        "IN": {"Orissa": "OD", "Pondicherry": "PY", "Uttaranchal": "UK"},
        "IQ": {"Basra": "BA", "Dohuk": "DA", "Erbil": "AR", "Nineveh": "NI", "Sulaymaniyah": "SU"},
        "IT": {
            "AO": "23", "Aosta": "23", "Aosta Valley": "23", "Apulia": "75", "Florence": "FI", "Genoa": "GE",
            "Lombardy": "25", "Mantua": "MN", "Milan": "MI", "Naples": "NA", "Padua": "PD", "Piedmont": "21",
            "Rome": "RM", "Sardinia": "88", "Sicily": "82", "Turin": "TO", "Tuscany": "52", "Venice": "VE",
        },
        "KR": {"Jeju": "49", "Jeonbuk": "45"},
        "LB": {"Beirut": "BA"},
        "MH": {"MH": "MH"},
        "MX": {"CDMX": "CMX", "Distrito Federal": "CMX", "DF": "CMX", "Mexico City": "CMX"},
        "MY": {"Malacca": "04", "Penang": "07"},
        "NL": {"North Brabant": "NB", "North Holland": "NH", "South Holland": "ZH"},
        "OM": {"Muscat": "MA"},
        "PH": {"Manila": "00", "Metro Manila": "00", "NCR": "00"},
        "PL": {
            "Greater Poland": "30", "Lesser Poland": "12", "Lower Silesia": "02", "Lublin": "06", "Łódź": "10",
            "Mazovia": "14", "Masovia": "14", "Pomerania": "22", "Silesia": "24",
        },
        "PT": {"Azores": "20", "Açores": "20", "Lisbon": "11", "Madeira": "30"},
        "PW": {"PW": "PW"},
        "QA": {"Doha": "DA"},
        "RO": {"Bucharest": "B"},
        "RU": {"Moscow": "MOW", "Saint Petersburg": "SPE", "St. Petersburg": "SPE"},
        "SA": {
            "Eastern Province": "04", "Makkah": "02", "Mecca": "02", "Madinah": "03", "Medina": "03", "Riyadh": "01",
            "Jazan": "09", "Qassim": "05",
        },
        "SE": {
            "Dalarna": "W", "Gotland": "I", "Gävleborg": "X", "Halland": "N", "Jämtland": "Z", "Jönköping": "F",
            "Kronoberg": "G", "Norrbotten": "BD", "Stockholm": "AB", "Södermanland": "D", "Värmland": "S",
            "Västerbotten": "AC", "Västernorrland": "Y", "Västmanland": "U", "Västra Götaland": "O", "Örebro": "T",
            "Östergötland": "E",
        },
        "UM": {"UM": "UM"},
        "US": {"Washington, D.C.": "DC", "Washington DC": "DC"},
    }
)  # fmt: skip
"""The code of the part, by country and name."""
