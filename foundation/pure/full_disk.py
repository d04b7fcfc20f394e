"""Telling a full disk from broken data: both come as OSError, and only one is the file's fault."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)
SQLITE_SAYS = "database or disk is full"
POSTGRESQL_CODE = "53100"


def is_full_disk(error: BaseException) -> bool:
    """Whether an error says that there is no room left to write.

    Examples
    --------
    >>> is_full_disk(OSError(errno.ENOSPC, "No space left on device")), is_full_disk(OSError("cut"))
    (True, False)
    >>> is_full_disk(Exception("database or disk is full"))
    True
    """
    if isinstance(error, OSError):
        return error.errno in FULL
    refused = error.__cause__ or error  # Django's error stands for that of the driver
    return getattr(refused, "pgcode", None) == POSTGRESQL_CODE or SQLITE_SAYS in str(error)
