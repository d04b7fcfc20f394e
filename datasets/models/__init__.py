"""Tables of datasets, re-exported so that `datasets.models` is the one address."""

from datasets.models.annotation import Annotation, AnnotationRegions, Suggestion, Truth, TruthLabel
from datasets.models.dataset import Asset, Dataset, Item, ItemContent, Upload, UploadFile
from datasets.models.rule_check import RuleBreach, RuleCheck, RuleLook
from datasets.models.schema import LabelSchema, SchemaMigration, SchemaRevision
from datasets.models.slice import Slice
from datasets.models.version import Export, PlannedSplit, SplitPlan, Version

__all__ = [
    "Annotation",
    "AnnotationRegions",
    "Asset",
    "Dataset",
    "Export",
    "Item",
    "ItemContent",
    "LabelSchema",
    "PlannedSplit",
    "RuleBreach",
    "RuleCheck",
    "RuleLook",
    "SchemaMigration",
    "SchemaRevision",
    "Slice",
    "SplitPlan",
    "Suggestion",
    "Truth",
    "TruthLabel",
    "Upload",
    "UploadFile",
    "Version",
]
