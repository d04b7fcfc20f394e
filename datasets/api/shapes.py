"""What may be sent to this app and what its answers look like. `showing.py` makes them."""

from typing import Any

from rest_framework import serializers

from datasets.data_types import DATA_TYPES
from datasets.models import Annotation, Asset, Truth, Upload
from foundation.api.serializing import StrictSerializer


class DatasetIn(StrictSerializer):
    """A dataset to be made."""

    name = serializers.CharField(max_length=120)
    data_type = serializers.ChoiceField(list(DATA_TYPES))
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")


class DatasetChange(StrictSerializer):
    """What of a dataset is to change; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    archived = serializers.BooleanField(required=False)


class ItemCountsOut(serializers.Serializer[Any]):
    """How many items a dataset has."""

    live = serializers.IntegerField()
    archived = serializers.IntegerField()
    erased = serializers.IntegerField()


class ColumnOut(serializers.Serializer[Any]):
    """A column of a table dataset."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(["number", "category"])


class DatasetOut(serializers.Serializer[Any]):
    """A dataset; `items` only where counts were asked for."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    columns = ColumnOut(many=True)
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    items = ItemCountsOut(required=False)


class ItemAssetOut(serializers.Serializer[Any]):
    """A file of an item; `url` answers with its bytes."""

    id = serializers.CharField()
    role = serializers.ChoiceField(Asset.Part.choices)
    url = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    facts = serializers.DictField()


class ItemChange(StrictSerializer):
    """What of an item is to change; its content never does."""

    metadata = serializers.DictField(required=False)
    archived = serializers.BooleanField(required=False)


class DatasetItemOut(serializers.Serializer[Any]):
    """An item: `data` is its text or its row; an image has `assets` instead."""

    id = serializers.CharField()
    key = serializers.CharField()
    data_type = serializers.CharField()
    data = serializers.JSONField(allow_null=True)  # type: ignore[assignment]
    assets = ItemAssetOut(many=True)
    metadata = serializers.DictField()
    group = serializers.CharField()
    split = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class TruthOut(serializers.Serializer[Any]):
    """The accepted regions of an item under one schema."""

    schema = serializers.CharField()
    revision = serializers.IntegerField()
    regions = serializers.DictField()
    label = serializers.CharField()  # type: ignore[assignment]
    method = serializers.ChoiceField(Truth.Method.choices)
    lineage = serializers.DictField()
    at = serializers.DateTimeField()


class AnnotationOut(serializers.Serializer[Any]):
    """What one annotator said about one item."""

    id = serializers.CharField()
    item = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    annotator = serializers.CharField()
    origin = serializers.ChoiceField(Annotation.Origin.choices)
    is_latest = serializers.BooleanField()
    replaces = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    regions = serializers.DictField()
    warnings = serializers.ListField(child=serializers.DictField())


class ItemSuggestionOut(serializers.Serializer[Any]):
    """Regions offered to annotators."""

    id = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    regions = serializers.DictField()
    confidences = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    created_at = serializers.DateTimeField()


class ItemDetailOut(DatasetItemOut):
    """An item with what was said about it."""

    dataset = serializers.CharField()
    truths = TruthOut(many=True)
    annotations = AnnotationOut(many=True)
    suggestions = ItemSuggestionOut(many=True)


class SchemaIn(StrictSerializer):
    """A label schema to be published."""

    name = serializers.CharField(max_length=120)
    definition = serializers.JSONField()


class SchemaCheckIn(StrictSerializer):
    """A definition to look at, and the schema it is meant for, if there is one."""

    definition = serializers.JSONField()
    schema = serializers.CharField(required=False)


class SchemaCheckOut(serializers.Serializer[Any]):
    """A definition with its defaults, and what it would change."""

    definition = serializers.DictField()
    changes = serializers.ListField(child=serializers.DictField())


class SchemaChange(StrictSerializer):
    """What of a label schema is to change; its questions change by a new revision."""

    name = serializers.CharField(max_length=120, required=False)
    archived = serializers.BooleanField(required=False)


class SchemaRevisionIn(StrictSerializer):
    """The next revision of a label schema."""

    definition = serializers.JSONField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class ChangeOut(serializers.Serializer[Any]):
    """One difference from the revision before."""

    code = serializers.CharField()
    at = serializers.CharField()
    breaking = serializers.BooleanField()
    detail = serializers.CharField()


class SchemaRevisionOut(serializers.Serializer[Any]):
    """One published revision of a label schema; `changes` where a single one is shown."""

    id = serializers.CharField()
    schema = serializers.CharField()
    number = serializers.IntegerField()
    note = serializers.CharField()
    definition = serializers.DictField()
    definition_hash = serializers.CharField()
    created_at = serializers.DateTimeField()
    changes = ChangeOut(many=True, required=False)


class SchemaOut(serializers.Serializer[Any]):
    """A label schema; `revision` is the newest, where a single schema is shown."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    data_type = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    revision = SchemaRevisionOut(required=False)


class TemplateOut(serializers.Serializer[Any]):
    """A label schema to start from."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    definition = serializers.DictField()


class FileIn(StrictSerializer):
    """A file that is about to come."""

    name = serializers.CharField(max_length=300)
    size = serializers.IntegerField(min_value=0)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)


class UploadIn(StrictSerializer):
    """Files that belong together, and how they are to be read (see the reference of formats)."""

    files = FileIn(many=True)
    options = serializers.DictField(required=False)


class PartOut(serializers.Serializer[Any]):
    """One part of a file, and whether it is there."""

    number = serializers.IntegerField()
    url = serializers.CharField()
    received = serializers.BooleanField()


class UploadFileOut(serializers.Serializer[Any]):
    """One file of an upload and its parts."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    part_size = serializers.IntegerField()
    parts = PartOut(many=True)


class UploadOut(serializers.Serializer[Any]):
    """An upload: PUT the bytes of each part to its `url`, then POST to `commit_url`."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    state = serializers.ChoiceField(Upload.State.choices)
    files = UploadFileOut(many=True)
    commit_url = serializers.CharField()
    job = serializers.CharField(allow_null=True)


class ExportOptionsIn(StrictSerializer):
    """What goes out, and how."""

    filter = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    files = serializers.BooleanField(required=False)
    raw = serializers.BooleanField(required=False)
    rows = serializers.ChoiceField(["items", "answers"], required=False)
    delimiter = serializers.ChoiceField([",", ";", "\t"], required=False)
    question = serializers.CharField(max_length=64, required=False)


class ExportIn(StrictSerializer):
    """A file to be made."""

    format = serializers.CharField(max_length=40, default="jsonl")
    schema = serializers.CharField(required=False)
    options = ExportOptionsIn(required=False)


class ExportOut(serializers.Serializer[Any]):
    """A file made to be taken away; `url` once it is ready."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    version = serializers.CharField(allow_null=True)
    format = serializers.CharField()
    options = serializers.DictField()
    file_name = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    job = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ImportRefusalOut(serializers.Serializer[Any]):
    """One record that was not taken."""

    at = serializers.CharField()
    key = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class WarningOut(serializers.Serializer[Any]):
    """Something to know about records that were taken, with an example in words."""

    code = serializers.CharField()
    count = serializers.IntegerField()
    detail = serializers.CharField()


class TakenItemOut(serializers.Serializer[Any]):
    """An item that is there now."""

    id = serializers.CharField()
    key = serializers.CharField()


class ImportOut(serializers.Serializer[Any]):
    """What came of pushed items. `refusals` are the first hundred; `items` are there for JSON."""

    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    truths = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    annotations = serializers.IntegerField()
    refusals = ImportRefusalOut(many=True)
    warnings = WarningOut(many=True)
    items = TakenItemOut(many=True, required=False)
