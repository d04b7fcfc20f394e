"""What is known of those who answered a task, so that a reviewer looks where it is needed."""

from collections.abc import Sequence
from typing import Protocol

from django.db.models import Count, Q

from annotate.models import Answer, GoldCheck, Stage, Task, Turn
from annotate.pure.policy import Answerer, Policy, risks_met

RIGHT = 1.0


class _Counted(Protocol):
    @property
    def annotation_id(self) -> int: ...


def meets_risk(policy: Policy, task: Task, answers: Sequence[_Counted], *, differ: bool) -> bool:
    """Tell whether the policy sends a task to review for what is known of its answers."""
    if not policy.review_risks:
        return False
    rows = list(
        Answer.objects.filter(annotation__in=[one.annotation_id for one in answers]).values_list(
            "assignment__annotator", "is_unsure", "confidence"
        )
    )
    people = [annotator for annotator, _unsure, _confidence in rows]
    turns = Turn.objects.filter(queue=task.queue_id, stage=Stage.ANNOTATE, annotator__in=people)
    done = dict(turns.values_list("annotator", "answered"))
    checks = GoldCheck.objects.filter(queue=task.queue_id, annotator__in=people)
    gold = {
        annotator: (right, total)
        for annotator, right, total in checks.values_list("annotator").annotate(
            right=Count("pk", filter=Q(score__gte=RIGHT)), total=Count("pk")
        )
    }
    known = [
        Answerer(done.get(annotator, 0), *gold.get(annotator, (0, 0)), is_unsure, confidence)
        for annotator, is_unsure, confidence in rows
    ]
    return bool(risks_met(policy, known, differ=differ))
