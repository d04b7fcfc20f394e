"""Addresses of this app's pages, and its places in the top bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from datasets.views import (
    datasets,
    items,
    label_changes,
    rule_checks,
    schema_editing,
    schemas,
    slices,
    versions,
)
from foundation.views.page import NavEntry, nav_entries

nav_entries.register("items", NavEntry(_("Items"), "items", place=20))
nav_entries.register("labels", NavEntry(_("Labels"), "schemas", place=30))
nav_entries.register("versions", NavEntry(_("Versions"), "versions", place=60))

urlpatterns = [
    path("projects/<str:project_id>/items", items.items_of_project, name="items"),
    path("projects/<str:project_id>/datasets/new", datasets.new_dataset, name="dataset-new"),
    path("datasets/<str:dataset_id>/items", items.item_list, name="dataset-items"),
    path("datasets/<str:dataset_id>/change", items.change_items, name="items-change"),
    path("datasets/<str:dataset_id>/undo/<str:token>", items.undo_archive, name="undo-archive"),
    path("datasets/<str:dataset_id>/upload", datasets.upload, name="upload"),
    path("datasets/<str:dataset_id>/exports", datasets.exports, name="exports"),
    path("datasets/<str:dataset_id>/freeze", versions.freeze, name="freeze"),
    path("datasets/<str:dataset_id>/slices", slices.slice_list, name="slices"),
    path("datasets/<str:dataset_id>/slices/new", slices.new_slice, name="slice-new"),
    path(
        "datasets/<str:dataset_id>/slices/undo/<str:token>", slices.undo_delete, name="slice-undo"
    ),
    path("slices/<str:slice_id>/edit", slices.edit_slice, name="slice-edit"),
    path("slices/<str:slice_id>/delete", slices.delete_slice, name="slice-delete"),
    path("datasets/<str:dataset_id>/rules", rule_checks.rules, name="rules"),
    path("items/<str:item_id>", items.item_page, name="item"),
    path("projects/<str:project_id>/labels", schemas.schema_list, name="schemas"),
    path("projects/<str:project_id>/labels/new", schema_editing.new_schema, name="schema-new"),
    path(
        "projects/<str:project_id>/labels/check", schema_editing.check_schema, name="schema-check"
    ),
    path("labels/<str:schema_id>", schemas.schema_page, name="schema"),
    path("labels/<str:schema_id>/edit", schema_editing.edit_schema, name="schema-edit"),
    path(
        "labels/<str:schema_id>/rules-preview",
        schema_editing.preview_rules_of,
        name="rules-preview",
    ),
    path("labels/<str:schema_id>/change", label_changes.change_labels, name="labels-change"),
    path("label-changes/<str:migration_id>", label_changes.act, name="label-change"),
    path("projects/<str:project_id>/versions", versions.version_list, name="versions"),
    path("versions/<str:version_id>", versions.version_page, name="version"),
]
