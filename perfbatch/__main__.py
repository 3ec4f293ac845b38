"""``python -m perfbatch`` is the command."""

from perfbatch.cli import main

if __name__ == "__main__":
    main()
