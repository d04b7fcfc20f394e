"""Addresses of this app under /api/v1/."""

from django.urls import path

from annotate.api import bulk, comments, estimates, figures, quality, queues, reviews, tasks, work

urlpatterns = [
    path("projects/<str:project_id>/queues", queues.ProjectQueuesView.as_view()),
    path("queues/<str:queue_id>", queues.QueueView.as_view()),
    path("queues/<str:queue_id>/guidelines", queues.GuidelinesView.as_view()),
    path("queues/<str:queue_id>/tasks", tasks.TasksView.as_view()),
    path("queues/<str:queue_id>/items", tasks.QueueItemsView.as_view()),
    path("queues/<str:queue_id>/bulk", bulk.BulkView.as_view()),
    path("bulk/<str:action_id>/undo", bulk.BulkUndoView.as_view()),
    path("queues/<str:queue_id>/gold", tasks.GoldView.as_view()),
    path("queues/<str:queue_id>/claim", work.ClaimView.as_view()),
    path("queues/<str:queue_id>/mine", work.MineView.as_view()),
    path("queues/<str:queue_id>/progress", quality.QueueProgressView.as_view()),
    path("queues/<str:queue_id>/report", figures.QueueReportView.as_view()),
    path("queues/<str:queue_id>/rate", figures.QueueRateView.as_view()),
    path("projects/<str:project_id>/reviews", figures.ReviewingView.as_view()),
    path("projects/<str:project_id>/my-work", figures.MyFiguresView.as_view()),
    path("queues/<str:queue_id>/agreement", quality.QueueAgreementView.as_view()),
    path("datasets/<str:dataset_id>/agreement", quality.DatasetAgreementView.as_view()),
    path("queues/<str:queue_id>/truth-estimates", estimates.QueueEstimatesView.as_view()),
    path("datasets/<str:dataset_id>/truth-estimates", estimates.DatasetEstimatesView.as_view()),
    path("truth-estimates/<str:estimate_id>", estimates.EstimateView.as_view()),
    path("truth-estimates/<str:estimate_id>/items", estimates.EstimateItemsView.as_view()),
    path("truth-estimates/<str:estimate_id>/accept", estimates.AcceptEstimateView.as_view()),
    path("truth-estimates/<str:estimate_id>/undo", estimates.UndoEstimateView.as_view()),
    path("assignments/<str:assignment_id>/draft", work.DraftView.as_view()),
    path("assignments/<str:assignment_id>/renew", work.RenewView.as_view()),
    path("assignments/<str:assignment_id>/skip", work.SkipView.as_view()),
    path("assignments/<str:assignment_id>/release", work.ReleaseView.as_view()),
    path("assignments/<str:assignment_id>/submit", work.SubmitView.as_view()),
    path("annotations/<str:annotation_id>/revisions", work.RevisionsView.as_view()),
    path("annotations/<str:annotation_id>/reviews", reviews.ReviewsView.as_view()),
    path("assignments/<str:assignment_id>/comments", comments.OwnCommentsView.as_view()),
    path("annotations/<str:annotation_id>/comments", comments.AnswerCommentsView.as_view()),
    path("assignments/<str:assignment_id>/readers", comments.OwnReadersView.as_view()),
    path("annotations/<str:annotation_id>/readers", comments.AnswerReadersView.as_view()),
    path("queues/<str:queue_id>/comments", comments.QueueCommentsView.as_view()),
    path("comments/<str:comment_id>", comments.CommentView.as_view()),
]
