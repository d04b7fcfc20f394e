"""Datasets, their items and files, and files on their way in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.actor import Actor
from foundation.models import Job, Project, User
from foundation.opaque import encode_id


class KeyField(models.CharField):  # type: ignore[type-arg]  # the stubs alone are generic
    """A client's own id: compared and ordered byte by byte on both databases."""

    def db_parameters(self, connection):  # type: ignore[no-untyped-def]
        """Give PostgreSQL the C collation; SQLite compares bytes by default."""
        if connection.vendor == "postgresql":
            self.db_collation = "C"
        else:
            self.db_collation = None
        return super().db_parameters(connection)

    def deconstruct(self):  # type: ignore[no-untyped-def]
        """Keep the collation out of migrations: it follows from the database."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_collation", None)
        return name, path, args, kwargs


class Dataset(models.Model):
    """A living collection of items of one data type."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    data_type = models.CharField(max_length=20)
    columns = models.JSONField(default=list, blank=True)
    """For tables: [{"name": ..., "kind": "number" | "category"}], set by the first import."""
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="dataset_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("dataset", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Dataset]:
        """Return the datasets of the projects that this actor may know of."""
        return cls.objects.filter(project__in=Project.visible_to(actor))


class Item(models.Model):
    """One thing to label. Narrow on purpose: lists and counts never read its content."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="items", db_index=False)
    key = KeyField(max_length=200)
    data_type = models.CharField(max_length=20)
    content_hash = models.CharField(max_length=64)
    """SHA-256 in hex: of the text's UTF-8, of the uploaded bytes, of the row's canonical JSON."""
    metadata = models.JSONField(default=dict)
    group = models.CharField(max_length=200, blank=True)
    """What must stay together in a split (patient, document); empty: the item alone."""
    split = models.CharField(max_length=10, blank=True)
    """Train, validation or test, where the source said so; a split plan may follow it."""
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # an import finds what it has brought before; lists go by key within a dataset
            models.UniqueConstraint(fields=["dataset", "key"], name="item_key_once"),
        ]
        indexes: ClassVar = [
            # exact duplicates of a dataset
            models.Index(fields=["dataset", "content_hash"], name="item_same_content"),
            # keyset pages, newest last; the live items of a dataset
            models.Index(fields=["dataset", "id"], name="item_page"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("item", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Item]:
        """Return the items of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class ItemContent(models.Model):
    """What an item holds when it is not a file: its text, or its row."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="content")
    text = models.TextField(null=True)  # noqa: DJ001 (null: not a text)
    row = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"content of {self.item_id}"


class Asset(models.Model):
    """One stored file of an item: the original, and what was made from it once."""

    class Part(models.TextChoices):
        ORIGINAL = "original", _("Original")
        UPRIGHT = "upright", _("Upright copy")
        THUMBNAIL = "thumbnail", _("Thumbnail")
        PREVIEW = "preview", _("Preview")
        TILES = "tiles", _("Tiles")
        PLAYABLE = "playable", _("Copy that browsers play")
        PEAKS_COARSE = "peaks-coarse", _("Waveform, coarse")
        PEAKS_FINE = "peaks-fine", _("Waveform, fine")
        SPECTROGRAM = "spectrogram", _("Spectrogram")
        LAYOUT = "layout", _("Layout of a text")
        FRAMES = "frames", _("Times of all frames")
        VALUES = "values", _("Every value")
        STAMPS = "stamps", _("Every time")
        LEVELS = "levels", _("Values at several resolutions")

    READ_BY_SCRIPTS: ClassVar = {
        Part.PEAKS_COARSE,
        Part.PEAKS_FINE,
        Part.SPECTROGRAM,
        Part.LAYOUT,
        Part.FRAMES,
        Part.TILES,
        *(Part.VALUES, Part.STAMPS, Part.LEVELS),
    }
    """Files that the workbench reads in pieces."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="assets", db_index=False)
    part = models.CharField(max_length=20, choices=Part)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=120)
    file_name = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    """What was read from the bytes: width and height, or seconds and channels; warnings."""

    class Meta:
        constraints: ClassVar = [
            # the files of an item, one of each part
            models.UniqueConstraint(fields=["item", "part"], name="asset_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.item_id}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("asset", self.pk)

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as a picture, not played."""
        return self.media_type.startswith("image/")

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Asset]:
        """Return the files of the projects that this actor may know of."""
        return cls.objects.filter(item__dataset__project__in=Project.visible_to(actor))


class Upload(models.Model):
    """Files on their way in: opened, filled part by part, committed once."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        COMMITTED = "committed", _("Committed")
        DISCARDED = "discarded", _("Discarded")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    options = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            # the sweep of uploads that nobody finished
            models.Index(fields=["created_at"], condition=Q(state="open"), name="upload_open"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk} {self.state}"

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("upload", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Upload]:
        """Return the uploads of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class UploadFile(models.Model):
    """One file of an upload and the parts of it that have arrived."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="files")
    position = models.IntegerField()
    name = models.CharField(max_length=300)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    parts = models.JSONField(default=dict)
    """Part number -> {"key": storage key, "size": bytes, "sha256": hex}."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "position"], name="upload_file_once"),
            models.CheckConstraint(condition=Q(size__gte=0), name="upload_file_size"),
        ]

    def __str__(self) -> str:
        return self.name
