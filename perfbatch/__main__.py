"""``python -m perfbatch``, and the command ``perfbatch``."""


def main() -> None:
    """The command. Imported here, since every worker loads this module again before its first file."""
    import sys

    from perfbatch.own_process import set_up

    with set_up():
        from perfbatch.batch.server import start_before_all

        start_before_all(sys.argv[1:])
        from perfbatch.cli import main as command

        command()


if __name__ == "__main__":
    main()
