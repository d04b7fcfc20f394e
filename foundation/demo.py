"""The demo project: each app adds its step in a module `demo` of its own."""

from collections.abc import Callable

from foundation.models import Project, User
from foundation.registry import Registry

DemoStep = Callable[[Project, User], None]
"""Puts something of one app into the demo project; doing it twice changes nothing."""

demo_steps: Registry[DemoStep] = Registry("winnow.demo")
PROJECT = "Winnow demo"
