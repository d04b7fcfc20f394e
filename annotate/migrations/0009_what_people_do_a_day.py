"""Count what each person did on each day, from what is there, and what work is paid with.

The tables are read in windows of their keys; the counts of all days fit into memory, since there
is one for each person, queue and day.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from annotate.pure import workdays

WINDOW = 20_000
ANNOTATE, SUBMITTED, SKIPPED, EXTRA = 0, 2, 3, 5


def windows(rows):
    after = 0
    while True:
        last = rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:WINDOW]
        keys = list(last)
        if not keys:
            return
        yield rows.filter(pk__gt=after, pk__lte=keys[-1])
        after = keys[-1]


def happenings(apps):
    def model(name):
        return apps.get_model("annotate", name).objects

    answers = model("Answer").filter(
        revision=1, assignment__stage=ANNOTATE, assignment__state__in=(SUBMITTED, EXTRA)
    )
    names = ("queue_id", "annotator_id", "submitted_at", "state")
    for window in windows(answers):
        fields = [f"assignment__{name}" for name in names]
        for queue, who, at, state, seconds in window.values_list(*fields, "seconds"):
            if at is not None:
                is_extra = state == EXTRA
                yield queue, who, workdays.answer_given(at, seconds, is_extra=is_extra)
    for window in windows(model("Assignment").filter(stage=ANNOTATE, skipped_at__isnull=False)):
        for queue, who, at in window.values_list("queue_id", "annotator_id", "skipped_at"):
            yield queue, who, workdays.task_skipped(at, None)
    fields = ("task__queue_id", "annotation__annotator_id", "reviewer_id", "at", "verdict")
    for window in windows(model("Review").filter(task__isnull=False)):
        for queue, who, reviewer, at, verdict in window.values_list(*fields):
            yield queue, who, workdays.verdict_met(at, verdict)
            yield queue, reviewer, workdays.verdict_given(at)
    for window in windows(model("GoldCheck").all()):
        for queue, who, at, score in window.values_list("queue_id", "annotator_id", "at", "score"):
            yield queue, who, workdays.gold_met(at, score)


def count_days(apps, schema_editor):
    skips = apps.get_model("annotate", "Assignment").objects.filter(stage=ANNOTATE, state=SKIPPED)
    for window in windows(skips):
        window.update(skipped_at=F("claimed_at"))
    days = {}
    for queue, who, happening in happenings(apps):
        if who is not None:
            key = queue, who, happening.day
            days.setdefault(key, workdays.Day()).add(happening)
    day_model = apps.get_model("annotate", "WorkDay")
    day_model.objects.bulk_create(
        (
            day_model(queue_id=queue, annotator_id=who, day=day, **counted.row())
            for (queue, who, day), counted in days.items()
        ),
        batch_size=200,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0008_sharing_the_work'),
        ('foundation', '0005_teams_and_skills'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='skip_seconds',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='skipped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('per', models.CharField(choices=[('hour', 'for an hour of work'), ('answer', 'for an answer')], max_length=6)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=12, validators=[django.core.validators.MinValueValidator(0)])),
                ('currency', models.CharField(max_length=12)),
                ('annotator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='foundation.annotator')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotate.queue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('queue', 'annotator'), name='rate_once'), models.UniqueConstraint(condition=models.Q(('annotator', None)), fields=('queue',), name='rate_of_all_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('answers', models.IntegerField(default=0)),
                ('extra', models.IntegerField(default=0)),
                ('skipped', models.IntegerField(default=0)),
                ('accepted', models.IntegerField(default=0)),
                ('corrected', models.IntegerField(default=0)),
                ('rejected', models.IntegerField(default=0)),
                ('reviewed', models.IntegerField(default=0)),
                ('gold_checks', models.IntegerField(default=0)),
                ('gold_right', models.IntegerField(default=0)),
                ('gold_score', models.FloatField(default=0.0)),
                ('timed', models.IntegerField(default=0)),
                ('milliseconds', models.BigIntegerField(default=0)),
                ('skip_milliseconds', models.BigIntegerField(default=0)),
                ('seconds', models.JSONField(default=dict)),
                ('quarters', models.JSONField(default=dict)),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='foundation.annotator')),
                ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotate.queue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('queue', 'annotator', 'day'), name='workday_once')],
            },
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('skipped_at__isnull', False)), fields=['queue', 'skipped_at'], name='assignment_skipped'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('agreed', False)), fields=['queue', 'id'], name='task_differs'),
        ),
        migrations.RunPython(count_days, migrations.RunPython.noop),
    ]
