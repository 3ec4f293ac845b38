"""``python -m perfbatch``, and the command ``perfbatch``."""


def main() -> None:
    """The command. Imported here, since every worker loads this module again before its first file."""
    from perfbatch.cli import main as command

    command()


if __name__ == "__main__":
    main()
