"""The shape of what people type into the foundation's pages."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.actor import Permission
from foundation.models import Role, User
from foundation.services.tokens import DEFAULT_DAYS, LONGEST_DAYS

# The scopes that make sense for a REST client; owning is for people.
SCOPES = [choice for choice in Permission.choices if choice[0] not in ("member", "own")]


class ProjectForm(forms.Form):
    """A project's name and what it is for."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InvitationForm(forms.Form):
    """Who shall be let in."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[choice for choice in Role.choices if choice[0] != Role.OWNER],
        initial=Role.ANNOTATOR,
    )
    note = forms.CharField(
        label=_("For whom"),
        max_length=200,
        required=False,
        help_text=_("Only you and other managers see this."),
    )


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class TokenForm(forms.Form):
    """What a token is for, what it may do and how long."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Where you will use it."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=SCOPES,
        initial=["view", "push"],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("Days it counts"), min_value=1, max_value=LONGEST_DAYS, initial=DEFAULT_DAYS
    )


class JoinForm(forms.Form):
    """A new account for somebody who was invited."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("Others in the project see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Short; you sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters. A few unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SettingsForm(forms.Form):
    """How Winnow looks to one person."""

    name = forms.CharField(label=_("Your name"), max_length=150, required=False)
    theme = forms.ChoiceField(label=_("Colours"), choices=User.Theme.choices)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=User.Language.choices,
        required=False,
        help_text=_("The labelling page is translated; the other pages are English for now."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())],
    )
