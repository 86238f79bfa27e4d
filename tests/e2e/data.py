"""Where the real market data lies, or an imitation of it."""

import os
import sys

import imitation
from datasets import DATASETS, Dataset

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def real_directory() -> str | None:
    """HC_TEST_DATA, or ../shared/data beside the repository; None where neither exists."""
    for path in (
        os.environ.get("HC_TEST_DATA"),
        os.path.join(REPOSITORY, "..", "shared", "data"),
    ):
        if path and os.path.isdir(path):
            return os.path.abspath(path)
    if os.environ.get("HC_STRICT") and os.path.isdir(os.path.join(REPOSITORY, "../shared")):
        sys.exit("../shared has no data: set HC_TEST_DATA")
    return None


def provide(scratch: str) -> tuple[str, tuple[Dataset, ...]]:
    """The data sets and their directory; without real data imitations, made in `scratch`."""
    directory = real_directory()
    if directory:
        return directory, DATASETS
    print("no real data (HC_TEST_DATA): imitations of each layout are generated instead")
    return scratch, imitation.generate(scratch)
