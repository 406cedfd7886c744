"""``python -m movierec`` is the ``movierec`` command."""

import sys

from movierec.cli import main

sys.exit(main())
