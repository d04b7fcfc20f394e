"""What comments look like in JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from foundation.api.serializing import StrictSerializer

Out = serializers.Serializer[Any]
Char = serializers.CharField
Flag = serializers.BooleanField


class CommentIn(StrictSerializer):
    """Something to say, if one likes about one region."""

    text = Char(max_length=2000)
    region = Char(max_length=100, allow_blank=True, default="")


class CommentPatch(StrictSerializer):
    """Whether it is settled."""

    resolved = Flag()


class CommentOut(Out):
    """A comment. `about` names whose answer it is about; `region` is empty for all of it."""

    id = Char()
    author = Char()
    is_mine = Flag()
    about = Char()
    region = Char()
    text = Char()
    at = serializers.DateTimeField()
    resolved = Flag()


class CommentsOut(Out):
    """Comments, the oldest first."""

    results = CommentOut(many=True)


class QueueCommentOut(CommentOut):
    """A comment with the item whose answer it is about."""

    item = Char()


class ReadersOut(Out):
    """Names that may follow an @ in a comment."""

    results = serializers.ListField(child=Char())
