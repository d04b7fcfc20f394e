"""Addresses of this app's pages, and its places in the top bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from annotate.views import (
    bulk,
    closer,
    comments,
    course_manage,
    courses,
    figures,
    gold,
    guidelines,
    quality,
    queue,
    queue_changes,
    queues,
    requeue,
    sending,
    truth,
    work,
)
from foundation.actor import Permission
from foundation.views.page import NavEntry, nav_entries

nav_entries.register("queues", NavEntry(_("Queues"), "queues", Permission.MEMBER, place=40))
nav_entries.register("quality", NavEntry(_("Quality"), "quality", place=50))

urlpatterns = [
    path("projects/<str:project_id>/queues", queues.queue_list, name="queues"),
    path("datasets/<str:dataset_id>/queues/new", queues.new_queue, name="queue-new"),
    path("datasets/<str:dataset_id>/send", sending.send_items, name="items-send"),
    path("queues/<str:queue_id>", queue.queue_page, name="queue"),
    path("queues/<str:queue_id>/tasks", queue.task_list, name="queue-tasks"),
    path("queues/<str:queue_id>/figures", figures.queue_figures, name="queue-figures"),
    path("queues/<str:queue_id>/pay", figures.pay, name="queue-pay"),
    path("queues/<str:queue_id>/report", figures.report, name="queue-report"),
    path("projects/<str:project_id>/reviews", figures.reviewing, name="reviews"),
    path("projects/<str:project_id>/my-work", figures.mine, name="my-work"),
    path("queues/<str:queue_id>/guideline", queue_changes.guideline, name="queue-guideline"),
    path(
        "queues/<str:queue_id>/guideline/<int:number>",
        queue_changes.guideline_revision,
        name="guideline-revision",
    ),
    path(
        "queues/<str:queue_id>/guideline/images", guidelines.add_image, name="guideline-add-image"
    ),
    path("guidelines/images/<str:image_id>", guidelines.image, name="guideline-image"),
    path("queues/<str:queue_id>/changes", guidelines.changes, name="guideline-changes"),
    path("queues/<str:queue_id>/requeue", requeue.requeue, name="queue-requeue"),
    path("queues/<str:queue_id>/comments", comments.comment_list, name="queue-comments"),
    path("comments/<str:comment_id>/settle", comments.settle, name="comment-settle"),
    path("queues/<str:queue_id>/settings", queue_changes.settings, name="queue-settings"),
    path("queues/<str:queue_id>/share", bulk.share, name="queue-share"),
    path("bulk/<str:action_id>/undo", bulk.undo, name="bulk-undo"),
    path("queues/<str:queue_id>/gold", queue_changes.gold, name="queue-gold"),
    path("queues/<str:queue_id>/order", queue_changes.order, name="queue-order"),
    path("queues/<str:queue_id>/state", queue_changes.state, name="queue-state"),
    path("queues/<str:queue_id>/again", queue_changes.ask_again, name="task-again"),
    path("queues/<str:queue_id>/work", work.work, name="work"),
    path("queues/<str:queue_id>/grid", work.grid, name="grid"),
    path("queues/<str:queue_id>/review", work.review, name="review-work"),
    path("queues/<str:queue_id>/adjudicate", work.adjudicate, name="adjudicate-work"),
    path("queues/<str:queue_id>/mine", work.mine, name="mine"),
    path("answers/<str:annotation_id>/correction", work.correction, name="correction"),
    path("queues/<str:queue_id>/gold/care", gold.care, name="gold-care"),
    path("projects/<str:project_id>/courses", courses.course_list, name="courses"),
    path("datasets/<str:dataset_id>/courses/new", course_manage.new_course, name="course-new"),
    path("courses/<str:course_id>", courses.course_page, name="course"),
    path("courses/<str:course_id>/go-on", courses.go_on, name="course-go-on"),
    path("courses/<str:course_id>/people", course_manage.people, name="course-people"),
    path("courses/<str:course_id>/items", course_manage.items, name="course-items"),
    path("courses/<str:course_id>/settings", course_manage.settings, name="course-settings"),
    path("projects/<str:project_id>/quality", quality.quality, name="quality"),
    path("projects/<str:project_id>/quality/closer", closer.closer, name="quality-closer"),
    path("projects/<str:project_id>/truth", truth.truth, name="truth"),
    path(
        "estimates/<str:estimate_id>/people/<str:annotator_id>",
        truth.truth_person,
        name="truth-person",
    ),
    path("projects/<str:project_id>/disagreements", quality.disagreements, name="disagreements"),
]
