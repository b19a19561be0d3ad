"""`python -m aioutlet`."""

from aioutlet.cli import main

main()
