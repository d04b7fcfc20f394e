"""The rule of each REST operation: who may do it.

`may` is the permission it asks for; None means everybody who is signed in. `only` names the
people of the cast who may where it is not a matter of the role. `hidden` things answer 404
instead of 403 to members who may not. `spent` operations change what they touch, so that later
callers find it gone or in another state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.actor import Permission


@dataclass(frozen=True)
class Rule:
    """Who may do one operation."""

    may: Permission | None = None
    only: tuple[str, ...] | None = None
    hidden: bool = False
    spent: bool = False
    but: Mapping[str, str] = field(default_factory=dict)
    """Exceptions: who is told what instead."""
    query: str = ""


V = "/api/v1"
NO_TOKENS = dict.fromkeys(("token_view", "token_push", "token_elsewhere"), "403")
PUSHED = {"token_push": "let in"}
OTHERS_UPLOAD = {"oz": "403"}
HOLDER = Rule(only=("ada",), hidden=True)
JOBS = PUSHED | {"ada": "404", "bo": "404"}

RULES: dict[tuple[str, str], Rule] = {
    # people and projects
    ("GET", f"{V}/me"): Rule(),
    ("GET", f"{V}/me/keys"): Rule(),
    ("PUT", f"{V}/me/keys"): Rule(but=NO_TOKENS),
    ("GET", f"{V}/projects"): Rule(),
    ("GET", f"{V}/tokens"): Rule(),
    # What Ada was told is hers alone; whether it is read, nothing a token decides.
    ("GET", f"{V}/notifications"): Rule(),
    ("POST", f"{V}/notifications/read"): Rule(but=NO_TOKENS),
    ("POST", f"{V}/notifications/{{notification_id}}/read"): Rule(only=("ada",), hidden=True),
    ("GET", f"{V}/projects/{{project_id}}"): Rule(Permission.MEMBER),
    ("PUT", f"{V}/projects/{{project_id}}"): Rule(Permission.OWN),
    ("GET", f"{V}/projects/{{project_id}}/members"): Rule(Permission.VIEW),
    ("GET", f"{V}/projects/{{project_id}}/invitations"): Rule(Permission.MANAGE),
    ("POST", f"{V}/projects/{{project_id}}/invitations"): Rule(Permission.MANAGE),
    ("GET", f"{V}/projects/{{project_id}}/events"): Rule(Permission.MANAGE),
    ("GET", f"{V}/projects/{{project_id}}/jobs"): Rule(Permission.VIEW),
    ("PATCH", f"{V}/members/{{member_id}}"): Rule(Permission.OWN),
    ("GET", f"{V}/members/{{member_id}}/tags"): Rule(Permission.MANAGE),
    ("PUT", f"{V}/members/{{member_id}}/tags"): Rule(Permission.MANAGE),
    ("GET", f"{V}/projects/{{project_id}}/teams"): Rule(Permission.MANAGE),
    ("POST", f"{V}/projects/{{project_id}}/teams"): Rule(Permission.MANAGE),
    ("PATCH", f"{V}/teams/{{team_id}}"): Rule(Permission.MANAGE),
    ("DELETE", f"{V}/teams/{{team_id}}"): Rule(Permission.MANAGE, spent=True),
    ("DELETE", f"{V}/members/{{member_id}}"): Rule(Permission.OWN, spent=True),
    ("DELETE", f"{V}/invitations/{{invitation_id}}"): Rule(Permission.MANAGE, spent=True),
    # A token makes no projects and no tokens, whatever its owner may do.
    ("POST", f"{V}/projects"): Rule(but=NO_TOKENS),
    ("POST", f"{V}/tokens"): Rule(but=NO_TOKENS),
    ("DELETE", f"{V}/tokens/{{token_id}}"): Rule(only=("mia",), hidden=True, spent=True),
    # Mia started the job: her token that pushes may follow and stop it.
    ("GET", f"{V}/jobs/{{job_id}}"): Rule(Permission.VIEW, hidden=True, but=PUSHED),
    ("GET", f"{V}/jobs/{{job_id}}/refusals"): Rule(Permission.VIEW, hidden=True, but=PUSHED),
    ("POST", f"{V}/jobs/{{job_id}}/cancel"): Rule(Permission.MANAGE, spent=True, but=JOBS),
    ("POST", f"{V}/jobs/{{job_id}}/retry"): Rule(Permission.MANAGE, spent=True, but=JOBS),
    ("GET", f"{V}/runs/{{run_id}}/report"): Rule(Permission.VIEW),
    # datasets
    ("GET", f"{V}/projects/{{project_id}}/datasets"): Rule(Permission.VIEW),
    ("POST", f"{V}/projects/{{project_id}}/datasets"): Rule(Permission.MANAGE),
    ("GET", f"{V}/projects/{{project_id}}/schemas"): Rule(Permission.VIEW),
    ("POST", f"{V}/projects/{{project_id}}/schemas"): Rule(Permission.MANAGE),
    ("POST", f"{V}/projects/{{project_id}}/schemas/check"): Rule(Permission.MANAGE),
    ("GET", f"{V}/schema-templates"): Rule(),
    ("GET", f"{V}/schemas/{{schema_id}}"): Rule(Permission.MEMBER),
    ("PATCH", f"{V}/schemas/{{schema_id}}"): Rule(Permission.MANAGE),
    ("DELETE", f"{V}/schemas/{{schema_id}}"): Rule(Permission.MANAGE),
    # Annotators read the revision they work under by its number, not the list.
    ("GET", f"{V}/schemas/{{schema_id}}/revisions"): Rule(Permission.VIEW),
    ("POST", f"{V}/schemas/{{schema_id}}/revisions"): Rule(Permission.MANAGE),
    ("GET", f"{V}/schemas/{{schema_id}}/revisions/{{number}}"): Rule(Permission.MEMBER),
    ("GET", f"{V}/schemas/{{schema_id}}/migrations"): Rule(Permission.VIEW),
    ("POST", f"{V}/schemas/{{schema_id}}/migrations"): Rule(Permission.MANAGE),
    ("POST", f"{V}/schemas/{{schema_id}}/migrations/preview"): Rule(Permission.MANAGE),
    ("POST", f"{V}/datasets/{{dataset_id}}/pattern-suggestions"): Rule(Permission.MANAGE),
    ("GET", f"{V}/datasets/{{dataset_id}}/slices"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/slices"): Rule(Permission.MANAGE),
    ("GET", f"{V}/slices/{{slice_id}}"): Rule(Permission.VIEW),
    ("PATCH", f"{V}/slices/{{slice_id}}"): Rule(Permission.MANAGE),
    ("DELETE", f"{V}/slices/{{slice_id}}"): Rule(Permission.MANAGE, spent=True),
    ("GET", f"{V}/datasets/{{dataset_id}}/rule-checks"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/rule-checks"): Rule(Permission.MANAGE),
    ("GET", f"{V}/rule-checks/{{check_id}}"): Rule(Permission.VIEW),
    ("GET", f"{V}/rule-checks/{{check_id}}/breaches"): Rule(Permission.VIEW),
    ("GET", f"{V}/migrations/{{migration_id}}"): Rule(Permission.VIEW),
    ("POST", f"{V}/migrations/{{migration_id}}/undo"): Rule(Permission.MANAGE, spent=True),
    ("POST", f"{V}/migrations/{{migration_id}}/continue"): Rule(Permission.MANAGE, spent=True),
    ("GET", f"{V}/datasets/{{dataset_id}}"): Rule(Permission.VIEW),
    ("PATCH", f"{V}/datasets/{{dataset_id}}"): Rule(Permission.MANAGE),
    ("DELETE", f"{V}/datasets/{{dataset_id}}"): Rule(Permission.MANAGE),
    ("GET", f"{V}/datasets/{{dataset_id}}/items"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/items"): Rule(Permission.PUSH),
    ("POST", f"{V}/datasets/{{dataset_id}}/uploads"): Rule(Permission.PUSH),
    ("GET", f"{V}/datasets/{{dataset_id}}/exports"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/exports"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/suggestions"): Rule(Permission.PUSH),
    ("GET", f"{V}/items/{{item_id}}"): Rule(Permission.VIEW),
    ("PATCH", f"{V}/items/{{item_id}}"): Rule(Permission.MANAGE),
    # Ada reads her own annotation; those of others do not exist for annotators.
    ("GET", f"{V}/annotations/{{annotation_id}}"): Rule(
        Permission.VIEW, hidden=True, but={"ada": "let in"}
    ),
    # Mia opened the upload: nobody else has business in it, whatever their role.
    ("GET", f"{V}/uploads/{{upload_id}}"): Rule(Permission.PUSH, but=OTHERS_UPLOAD),
    ("DELETE", f"{V}/uploads/{{upload_id}}"): Rule(Permission.PUSH, but=OTHERS_UPLOAD, spent=True),
    ("PUT", f"{V}/uploads/{{upload_id}}/files/{{index}}/parts/{{number}}"): Rule(
        Permission.PUSH, but=OTHERS_UPLOAD
    ),
    ("POST", f"{V}/uploads/{{upload_id}}/commit"): Rule(Permission.PUSH, but=OTHERS_UPLOAD),
    ("GET", f"{V}/exports/{{export_id}}"): Rule(Permission.VIEW),
    ("GET", f"{V}/exports/{{export_id}}/file"): Rule(Permission.VIEW),
    ("GET", f"{V}/versions/{{version_id}}/exports"): Rule(Permission.VIEW),
    ("POST", f"{V}/versions/{{version_id}}/exports"): Rule(Permission.VIEW),
    # versions
    ("GET", f"{V}/datasets/{{dataset_id}}/versions"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/versions"): Rule(Permission.MANAGE),
    ("GET", f"{V}/versions/{{version_id}}"): Rule(Permission.VIEW),
    ("GET", f"{V}/versions/{{version_id}}/entries"): Rule(Permission.VIEW),
    # annotate
    ("GET", f"{V}/projects/{{project_id}}/queues"): Rule(Permission.MEMBER),
    ("POST", f"{V}/projects/{{project_id}}/queues"): Rule(Permission.MANAGE),
    ("GET", f"{V}/queues/{{queue_id}}"): Rule(Permission.MEMBER),
    ("PATCH", f"{V}/queues/{{queue_id}}"): Rule(Permission.MANAGE),
    ("GET", f"{V}/queues/{{queue_id}}/guidelines"): Rule(Permission.MEMBER),
    ("POST", f"{V}/queues/{{queue_id}}/guidelines"): Rule(Permission.MANAGE),
    ("GET", f"{V}/queues/{{queue_id}}/tasks"): Rule(Permission.VIEW),
    ("POST", f"{V}/queues/{{queue_id}}/items"): Rule(Permission.MANAGE),
    ("GET", f"{V}/queues/{{queue_id}}/bulk"): Rule(Permission.MANAGE),
    ("POST", f"{V}/queues/{{queue_id}}/bulk"): Rule(Permission.MANAGE),
    ("POST", f"{V}/bulk/{{action_id}}/undo"): Rule(Permission.MANAGE, spent=True),
    ("GET", f"{V}/queues/{{queue_id}}/gold"): Rule(Permission.MANAGE),
    ("POST", f"{V}/queues/{{queue_id}}/gold"): Rule(Permission.MANAGE),
    ("GET", f"{V}/queues/{{queue_id}}/gold/candidates"): Rule(Permission.MANAGE),
    ("POST", f"{V}/queues/{{queue_id}}/gold/retire"): Rule(Permission.MANAGE),
    ("POST", f"{V}/queues/{{queue_id}}/gold/measure"): Rule(Permission.MANAGE),
    # courses
    ("GET", f"{V}/projects/{{project_id}}/courses"): Rule(Permission.MEMBER),
    ("POST", f"{V}/projects/{{project_id}}/courses"): Rule(Permission.MANAGE),
    ("GET", f"{V}/courses/{{course_id}}"): Rule(Permission.MEMBER),
    ("PATCH", f"{V}/courses/{{course_id}}"): Rule(Permission.MANAGE),
    ("GET", f"{V}/courses/{{course_id}}/items"): Rule(Permission.MANAGE),
    ("GET", f"{V}/courses/{{course_id}}/people"): Rule(Permission.MANAGE),
    ("POST", f"{V}/courses/{{course_id}}/excuse"): Rule(Permission.MANAGE),
    ("GET", f"{V}/courses/{{course_id}}/mine"): Rule(Permission.ANNOTATE),
    ("POST", f"{V}/courses/{{course_id}}/go-on"): Rule(Permission.ANNOTATE),
    ("GET", f"{V}/queues/{{queue_id}}/progress"): Rule(Permission.VIEW),
    ("GET", f"{V}/queues/{{queue_id}}/agreement"): Rule(Permission.VIEW),
    ("GET", f"{V}/queues/{{queue_id}}/agreement/closer"): Rule(Permission.VIEW),
    ("GET", f"{V}/datasets/{{dataset_id}}/agreement/closer"): Rule(
        Permission.VIEW, query="?schema={schema_id}"
    ),
    ("GET", f"{V}/queues/{{queue_id}}/report"): Rule(Permission.VIEW),
    ("PUT", f"{V}/queues/{{queue_id}}/rate"): Rule(Permission.MANAGE),
    ("GET", f"{V}/projects/{{project_id}}/reviews"): Rule(Permission.REVIEW),
    ("GET", f"{V}/projects/{{project_id}}/my-work"): Rule(Permission.ANNOTATE),
    ("GET", f"{V}/queues/{{queue_id}}/worth"): Rule(Permission.VIEW),
    ("GET", f"{V}/queues/{{queue_id}}/order"): Rule(Permission.VIEW),
    # The queue of the cast goes by sequence: who may compute an order is told that.
    ("POST", f"{V}/queues/{{queue_id}}/order"): Rule(Permission.MANAGE),
    ("GET", f"{V}/datasets/{{dataset_id}}/agreement"): Rule(
        Permission.VIEW, query="?schema={schema_id}"
    ),
    ("GET", f"{V}/queues/{{queue_id}}/truth-estimates"): Rule(Permission.VIEW),
    ("POST", f"{V}/queues/{{queue_id}}/truth-estimates"): Rule(Permission.MANAGE),
    ("GET", f"{V}/datasets/{{dataset_id}}/truth-estimates"): Rule(
        Permission.VIEW, query="?schema={schema_id}"
    ),
    ("POST", f"{V}/datasets/{{dataset_id}}/truth-estimates"): Rule(
        Permission.MANAGE, query="?schema={schema_id}"
    ),
    ("GET", f"{V}/truth-estimates/{{estimate_id}}"): Rule(Permission.VIEW),
    ("GET", f"{V}/truth-estimates/{{estimate_id}}/items"): Rule(Permission.VIEW),
    ("POST", f"{V}/truth-estimates/{{estimate_id}}/accept"): Rule(Permission.MANAGE),
    ("POST", f"{V}/truth-estimates/{{estimate_id}}/undo"): Rule(Permission.MANAGE),
    ("POST", f"{V}/queues/{{queue_id}}/claim"): Rule(Permission.ANNOTATE),
    ("GET", f"{V}/queues/{{queue_id}}/mine"): Rule(Permission.ANNOTATE),
    # An assignment is its holder's alone: managers have no business in it either.
    ("PUT", f"{V}/assignments/{{assignment_id}}/draft"): HOLDER,
    ("POST", f"{V}/assignments/{{assignment_id}}/renew"): HOLDER,
    ("POST", f"{V}/assignments/{{assignment_id}}/skip"): HOLDER,
    ("POST", f"{V}/assignments/{{assignment_id}}/release"): HOLDER,
    ("POST", f"{V}/assignments/{{assignment_id}}/submit"): HOLDER,
    # Ada's hold is to annotate: nobody decides about a task from it.
    ("POST", f"{V}/assignments/{{assignment_id}}/draw"): Rule(only=(), hidden=True),
    ("POST", f"{V}/annotations/{{annotation_id}}/revisions"): HOLDER,
    # Those who may not look at the answers of others do not learn that there are any.
    ("POST", f"{V}/annotations/{{annotation_id}}/reviews"): Rule(
        Permission.REVIEW, but=dict.fromkeys(("ada", "bo", "token_push"), "404")
    ),
    ("GET", f"{V}/annotations/{{annotation_id}}/reviews"): Rule(
        Permission.VIEW, hidden=True, but={"ada": "let in"}
    ),
    # What is said about Ada's answer: to her, to those who may see answers, never to Bo.
    ("GET", f"{V}/assignments/{{assignment_id}}/comments"): HOLDER,
    ("POST", f"{V}/assignments/{{assignment_id}}/comments"): HOLDER,
    ("GET", f"{V}/annotations/{{annotation_id}}/comments"): Rule(
        Permission.VIEW, hidden=True, but={"ada": "let in"}
    ),
    ("POST", f"{V}/annotations/{{annotation_id}}/comments"): Rule(
        Permission.REVIEW, but={"ada": "let in", "bo": "404", "token_push": "404"}
    ),
    ("GET", f"{V}/assignments/{{assignment_id}}/readers"): HOLDER,
    ("GET", f"{V}/annotations/{{annotation_id}}/readers"): Rule(
        Permission.VIEW, hidden=True, but={"ada": "let in"}
    ),
    ("GET", f"{V}/queues/{{queue_id}}/comments"): Rule(Permission.VIEW),
    ("PATCH", f"{V}/comments/{{comment_id}}"): Rule(
        Permission.REVIEW, hidden=True, but={"ada": "let in"}
    ),
    # files: Ada has held the item, Bo has not
    ("GET", "/media/{asset_id}"): Rule(Permission.VIEW, hidden=True, but={"ada": "let in"}),
    # training
    ("GET", f"{V}/trainers"): Rule(),
    ("GET", f"{V}/projects/{{project_id}}/runs"): Rule(Permission.VIEW),
    ("POST", f"{V}/projects/{{project_id}}/runs"): Rule(Permission.MANAGE),
    ("GET", f"{V}/runs/{{run_id}}"): Rule(Permission.VIEW),
    ("GET", f"{V}/runs/{{run_id}}/metrics"): Rule(Permission.VIEW),
    ("POST", f"{V}/runs/{{run_id}}/evaluations"): Rule(Permission.MANAGE),
    ("GET", f"{V}/evaluations/{{evaluation_id}}/label-doubts"): Rule(Permission.VIEW),
    ("POST", f"{V}/evaluations/{{evaluation_id}}/label-doubts"): Rule(Permission.MANAGE),
    ("POST", f"{V}/evaluations/{{evaluation_id}}/out-of-fold"): Rule(Permission.MANAGE),
    ("GET", f"{V}/datasets/{{dataset_id}}/answer-doubts"): Rule(Permission.VIEW),
    ("POST", f"{V}/datasets/{{dataset_id}}/answer-doubts"): Rule(Permission.MANAGE),
    ("GET", f"{V}/answer-doubts/{{doubts_id}}"): Rule(Permission.VIEW),
    ("POST", f"{V}/answer-doubts/{{doubts_id}}/second-look"): Rule(Permission.MANAGE),
}
