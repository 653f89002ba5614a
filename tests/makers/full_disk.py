"""A disk that fills up, without one: the system lets no file of this process grow further."""

from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(room_bytes):
    """Every write past so many bytes of a file fails, as on a full disk, until the block ends."""
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    former, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (former, most))
