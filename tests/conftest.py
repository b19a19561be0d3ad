"""What every test may ask for by name."""

pytest_plugins = ("tests.services.fixtures", "tests.documents", "tests.databases")
