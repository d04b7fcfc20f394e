"""The policy of a queue, as it is stored."""

from annotate.models import Queue
from annotate.pure.policy import Policy


def policy_of(queue: Queue) -> Policy:
    """Return how a queue hands out work, as the pure rules take it."""
    return Policy(
        overlap=queue.overlap,
        review_share=queue.review_share,
        lease_seconds=queue.lease_seconds,
        hold_limit=queue.hold_limit,
        gold_share=queue.gold_share,
        max_skips=queue.max_skips,
        on_disagreement=queue.on_disagreement,
        order=queue.order,
        skip_reasons=tuple(queue.skip_reasons),
        asks_confidence=queue.asks_confidence,
        most_overlap=queue.most_overlap,
        answer_budget=queue.answer_budget,
        most_mine=queue.most_mine,
        most_a_day=queue.most_a_day,
        review_risks=tuple(queue.review_risks),
        reviews_own=queue.reviews_own,
        growth=queue.growth,
        good_enough=queue.good_enough,
        most_gold_share=queue.most_gold_share,
        reviews_by_worth=queue.reviews_by_worth,
        stages=dict(queue.stages),
        gold_most_seen=queue.gold_most_seen,
        gold_alert=queue.gold_alert,
    )
