"""`python -m neurorl` is the command `neurorl`."""

import sys

from neurorl.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
