"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Small(Argon2PasswordHasher):
    """Argon2id at the OWASP minimum (19 MiB, two passes, one lane).

    Django's own parameters take 100 MiB and close to a second on two cores, which makes a burst
    of sign-ins an attack on memory.
    """

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
