"""Where the next hour helps most, in words and bars, for the page of a queue."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.models import Queue
from annotate.pure.worth import GOLD_CHECK, NEW_ITEM, NEXT_ANSWER, REVIEW
from annotate.queries.next_hour import NextHour, next_hour_of
from annotate.queries.opinions import waiting_tasks
from annotate.queries.policies import policy_of
from annotate.services.advancing import waits_for_weighing
from datasets.queries.schemas import schema_of
from foundation.templatetags.words import duration, number, percent

Json = dict[str, Any]
COUNTED_UP_TO = 10_000
KINDS = (NEW_ITEM, NEXT_ANSWER, REVIEW, GOLD_CHECK)


def next_hour(queue: Queue) -> Json:
    """Return the four kinds of work with what an hour of each puts right, best first.

    Nothing where the questions cannot be weighed and the queue does not ask for it.
    """
    told = next_hour_of(queue)
    if told.reason == "no_choice" and queue.growth != Queue.Growth.WORTH:
        return {}
    shown: Json = {"reason": _reason(told), "caveat": "", "rows": [], "rule": _rule(queue)}
    if shown["reason"]:
        return shown
    most = max(told.per_hour.values(), default=0.0)
    names = _names(queue)
    ordered = sorted(KINDS, key=lambda kind: -told.per_hour[kind])
    shown["rows"] = [
        {
            "name": names[kind][0],
            "why": names[kind][1],
            "an_hour": _amount(told.per_hour[kind]),
            "is_best": bool(most) and kind == ordered[0],
        }
        for kind in ordered
    ]
    return shown | {"sentence": _sentence(ordered[0], most), "caveat": _caveat(told)}


def _names(queue: Queue) -> dict[str, tuple[str, str]]:
    gold = _("Tells how far to trust somebody’s other answers.")
    return {
        NEW_ITEM: (_("Answer new items"), _("What nobody has answered yet.")),
        NEXT_ANSWER: (_("Ask one more person"), _("About the items that are least settled.")),
        REVIEW: (_("Review"), _("The items that are most likely labelled wrong.")),
        GOLD_CHECK: (
            _("Check people on gold"),
            gold if queue.gold_count else _("No gold is planted yet."),
        ),
    }


def _amount(value: float) -> str:
    return number(value, 0 if value >= 10 else 1)


def _sentence(best: str, most: float) -> str:
    if not most:
        return _("No kind of work is likely to put another label right.")
    sentences = {
        NEW_ITEM: _("New items: there is most to win where nobody has answered yet."),
        NEXT_ANSWER: _("A second look by annotators: some items are far from settled."),
        REVIEW: _("Reviews: a reviewer settles the doubtful items faster than more answers do."),
        GOLD_CHECK: _("Gold: who can be trusted decides about many items at once."),
    }
    return sentences[best]


def _reason(told: NextHour) -> str:
    """Return why there is nothing to show; empty where there is."""
    return {
        "": "",
        "no_choice": _("Only questions that choose one label can be weighed."),
        "few_answers": ngettext(
            "Too few answers to tell: %(n)d so far, and it takes 20.",
            "Too few answers to tell: %(n)d so far, and it takes 20.",
            told.answers,
        )
        % {"n": told.answers},
        "few_repeated": _(
            "Hardly any task has two answers, so nobody can tell how reliable one is."
            " Ask two people a task, or a second one about some."
        ),
    }[told.reason]


def _caveat(told: NextHour) -> str:
    times = told.times
    answer = _("An answer takes %(time)s here") if times.answer_is_known else ""
    answer = answer or _("An answer is taken to last %(time)s, since none was timed")
    review = _("a review %(time)s") if times.review_is_known else ""
    review = review or _("a review is taken to last as long, since too few were timed")
    paces = f"{answer % {'time': duration(times.answer)}}, "
    paces += review % {"time": duration(times.review)} if times.review_is_known else review
    said = ngettext(
        "An expectation from what people said so far, in %(n)s answer: not a promise.",
        "An expectation from what people said so far, in %(n)s answers: not a promise.",
        told.answers,
    )
    said %= {"n": number(told.answers)}
    sample = _(" Read from the last %(n)s tasks.") if told.is_sample else ""
    return f"{said} {paces}.{sample % {'n': number(told.tasks)} if sample else ''}"


def _rule(queue: Queue) -> str:
    """Return how the queue itself goes by worth, in a sentence; empty where it does not."""
    policy = policy_of(queue)
    if policy.growth != Queue.Growth.WORTH:
        return ""
    if not policy.grows_by_worth:
        return _("It asks nobody more: say up to how many people, in the settings.")
    if not waits_for_weighing(policy, schema_of(queue.schema_revision)):
        return _(
            "This schema asks more than choices of one label, so one more person is asked where"
            " no answer leads."
        )
    waiting = waiting_tasks(queue, COUNTED_UP_TO).count()
    text = ngettext(
        "Once a task has its first answers, Winnow asks one more person where that puts most"
        " labels right, and decides where a label is %(percent)s likely to be right."
        " %(n)s task waits for that.",
        "Once a task has its first answers, Winnow asks one more person where that puts most"
        " labels right, and decides where a label is %(percent)s likely to be right."
        " %(n)s tasks wait for that.",
        waiting,
    )
    return text % {"percent": percent(policy.good_enough), "n": number(waiting)}
