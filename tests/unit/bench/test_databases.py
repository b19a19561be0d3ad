"""What a bench says to others of its databases."""

from bench.databases import library_settings


def test_the_library_is_told_the_database_of_an_address() -> None:
    told = library_settings("postgresql://ada@localhost:5432/shop")
    assert {name.removeprefix("POSTGRES_"): value for name, value in told.items() if name.startswith("POSTGRES_")} == {
        "DBNAME": "shop",
        "HOST": "localhost",
        "PORT": "5432",
        "USER": "ada",
        "PASSWORD": "",
    }
