"""`python -m dispatch` is the command line as well."""

from dispatch.cli import main

if __name__ == "__main__":
    main()
