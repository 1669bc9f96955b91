"""`python -m refactor`: the same as the command `manifest-refactor`."""

import sys

from refactor.cli import main

if __name__ == "__main__":
    sys.exit(main())
