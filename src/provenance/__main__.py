"""`python -m provenance`, and where the installed command begins."""

import signal


def run() -> None:
    """Run the command line.

    Until it has been loaded a signal ends the process at once and in silence: Python's own
    handler would print a traceback from the middle of an import.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from provenance.cli import main

    main()


if __name__ == "__main__":
    run()
