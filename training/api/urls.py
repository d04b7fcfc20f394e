"""Addresses of this app under /api/v1/."""

from django.urls import path

from training.api import answer_doubts, doubts, runs

urlpatterns = [
    path("trainers", runs.TrainersView.as_view()),
    path("projects/<str:project_id>/runs", runs.RunsView.as_view()),
    path("runs/<str:run_id>", runs.RunView.as_view()),
    path("runs/<str:run_id>/metrics", runs.RunMetricsView.as_view()),
    path("runs/<str:run_id>/report", runs.RunReportView.as_view()),
    path("runs/<str:run_id>/evaluations", runs.RunEvaluationsView.as_view()),
    path("evaluations/<str:evaluation_id>/label-doubts", doubts.LabelDoubtsView.as_view()),
    path("evaluations/<str:evaluation_id>/out-of-fold", doubts.OutOfFoldView.as_view()),
    path("datasets/<str:dataset_id>/answer-doubts", answer_doubts.AnswerDoubtsView.as_view()),
    path("answer-doubts/<str:doubts_id>", answer_doubts.AnswerDoubtsDetailView.as_view()),
    path("answer-doubts/<str:doubts_id>/second-look", answer_doubts.AnswerSecondLookView.as_view()),
]
