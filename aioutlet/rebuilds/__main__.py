"""Starts a process of a rebuild: `python -m aioutlet.rebuilds`; see `worker`."""

from aioutlet.gc_tuning import without_gc

if __name__ == "__main__":
    with without_gc():  # it is started for each rebuild, and a sixth of its start would be garbage collection
        from aioutlet.rebuilds.worker import main
    main()
