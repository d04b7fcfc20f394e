"""The stage table: where a task goes when something happens. Nothing else moves a task."""

from __future__ import annotations

from collections.abc import Mapping

ANNOTATE = "annotate"
REVIEW = "review"
ADJUDICATE = "adjudicate"
DONE = "done"
SET_ASIDE = "set_aside"
STAGES = (ANNOTATE, REVIEW, ADJUDICATE, DONE, SET_ASIDE)

# All answers wanted are in, and they say the same, or there is only one.
ANSWERS_AGREE = "answers_agree"
# They differ, and most of them say the same; the policy takes that.
MAJORITY_FOUND = "majority_found"
# They differ, and a person must decide.
ANSWERS_DIFFER = "answers_differ"
# The policy drew this task for review, whatever the answers say.
REVIEW_DRAWN = "review_drawn"
# More people skipped it than the policy allows.
SKIPPED_OUT = "skipped_out"
ACCEPTED = "accepted"
CORRECTED = "corrected"
REJECTED = "rejected"
# A manager gives it back to annotators, to a reviewer, or closes it.
REOPENED = "reopened"
SENT_TO_REVIEW = "sent_to_review"
CLOSED = "closed"
# The queue has this stage no longer.
STAGE_GONE = "stage_gone"

Table = Mapping[tuple[str, str], str]

TABLE: dict[tuple[str, str], str] = {
    (ANNOTATE, ANSWERS_AGREE): DONE,
    (ANNOTATE, MAJORITY_FOUND): DONE,
    (ANNOTATE, ANSWERS_DIFFER): REVIEW,
    (ANNOTATE, REVIEW_DRAWN): REVIEW,
    (ANNOTATE, SKIPPED_OUT): SET_ASIDE,
    (ANNOTATE, SENT_TO_REVIEW): REVIEW,
    (ANNOTATE, CLOSED): DONE,
    (REVIEW, ACCEPTED): DONE,
    (REVIEW, CORRECTED): DONE,
    (REVIEW, REJECTED): ANNOTATE,
    (REVIEW, SKIPPED_OUT): SET_ASIDE,
    (REVIEW, REOPENED): ANNOTATE,
    (REVIEW, CLOSED): DONE,
    (REVIEW, STAGE_GONE): ADJUDICATE,
    (ADJUDICATE, ACCEPTED): DONE,
    (ADJUDICATE, CORRECTED): DONE,
    (ADJUDICATE, REJECTED): ANNOTATE,
    (ADJUDICATE, SKIPPED_OUT): SET_ASIDE,
    (ADJUDICATE, REOPENED): ANNOTATE,
    (ADJUDICATE, SENT_TO_REVIEW): REVIEW,
    (ADJUDICATE, CLOSED): DONE,
    (ADJUDICATE, STAGE_GONE): REVIEW,
    (DONE, REOPENED): ANNOTATE,
    (DONE, SENT_TO_REVIEW): REVIEW,
    (SET_ASIDE, REOPENED): ANNOTATE,
    (SET_ASIDE, SENT_TO_REVIEW): REVIEW,
    (SET_ASIDE, CLOSED): DONE,
}


def next_stage(stage: str, happening: str, table: Table = TABLE) -> str:
    """The stage a task is in after something happened to it.

    Raises
    ------
    LookupError
        That cannot happen at this stage; the text lists what can.

    Examples
    --------
    >>> next_stage("review", "rejected")
    'annotate'
    >>> next_stage("done", "accepted")
    Traceback (most recent call last):
    ...
    LookupError: accepted cannot happen at stage done, only: reopened, sent_to_review
    """
    found = table.get((stage, happening))
    if found is None:
        can = ", ".join(what_can_happen(stage)) or "nothing"
        raise LookupError(f"{happening} cannot happen at stage {stage}, only: {can}")
    return found


def what_can_happen(stage: str) -> tuple[str, ...]:
    """The happenings that the table knows for a stage, in its order.

    Examples
    --------
    >>> what_can_happen("done")
    ('reopened', 'sent_to_review')
    """
    return tuple(happening for known, happening in TABLE if known == stage)
