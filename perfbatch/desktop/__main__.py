"""``python -m perfbatch.desktop FOLDER...``, called by 核验.bat and 核验.sh."""


def main() -> None:
    """Imported here, since every worker loads this module again before its first file."""
    from perfbatch.desktop.check import check_dropped

    raise SystemExit(check_dropped())


if __name__ == "__main__":
    main()
