"""Addresses of this app under /api/v1/."""

from django.urls import path

from datasets.api import (
    annotations,
    datasets,
    exports,
    items,
    migrations,
    premarking,
    rule_checks,
    schemas,
    uploads,
    versions,
)

urlpatterns = [
    path("projects/<str:project_id>/datasets", datasets.DatasetsView.as_view()),
    path("datasets/<str:dataset_id>", datasets.DatasetView.as_view()),
    path("datasets/<str:dataset_id>/items", items.ItemsView.as_view()),
    path("items/<str:item_id>", items.ItemView.as_view()),
    path("annotations/<str:annotation_id>", annotations.AnnotationView.as_view()),
    path("datasets/<str:dataset_id>/uploads", uploads.UploadsView.as_view()),
    path("uploads/<str:upload_id>", uploads.UploadView.as_view()),
    path(
        "uploads/<str:upload_id>/files/<int:index>/parts/<int:number>",
        uploads.PartView.as_view(),
    ),
    path("uploads/<str:upload_id>/commit", uploads.CommitView.as_view()),
    path("projects/<str:project_id>/schemas", schemas.SchemasView.as_view()),
    path("projects/<str:project_id>/schemas/check", schemas.SchemaCheckView.as_view()),
    path("schemas/<str:schema_id>", schemas.SchemaView.as_view()),
    path("schemas/<str:schema_id>/revisions", schemas.RevisionsView.as_view()),
    path("schemas/<str:schema_id>/revisions/<int:number>", schemas.RevisionView.as_view()),
    path("schemas/<str:schema_id>/migrations", migrations.MigrationsView.as_view()),
    path("schemas/<str:schema_id>/migrations/preview", migrations.MigrationPreviewView.as_view()),
    path("migrations/<str:migration_id>", migrations.MigrationView.as_view()),
    path("migrations/<str:migration_id>/undo", migrations.MigrationUndoView.as_view()),
    path("migrations/<str:migration_id>/continue", migrations.MigrationContinueView.as_view()),
    path("schema-templates", schemas.TemplatesView.as_view()),
    path("datasets/<str:dataset_id>/rule-checks", rule_checks.RuleChecksView.as_view()),
    path("rule-checks/<str:check_id>", rule_checks.RuleCheckView.as_view()),
    path("rule-checks/<str:check_id>/breaches", rule_checks.BreachesView.as_view()),
    path("datasets/<str:dataset_id>/pattern-suggestions", premarking.PremarkView.as_view()),
    path("datasets/<str:dataset_id>/exports", exports.DatasetExportsView.as_view()),
    path("versions/<str:version_id>/exports", exports.VersionExportsView.as_view()),
    path("exports/<str:export_id>", exports.ExportView.as_view()),
    path("exports/<str:export_id>/file", exports.ExportFileView.as_view(), name="export-file"),
    path("datasets/<str:dataset_id>/versions", versions.VersionsView.as_view()),
    path("versions/<str:version_id>", versions.VersionView.as_view()),
    path("versions/<str:version_id>/entries", versions.EntriesView.as_view()),
]
