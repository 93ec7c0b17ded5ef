import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mila.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("crowd", "0002_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Face",
            fields=[
                (
                    "id",
                    models.UUIDField(default=mila.kernel.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("jpeg", models.BinaryField()),
                ("consented_at", models.DateTimeField()),
                ("taken_down_at", models.DateTimeField(null=True)),
                ("taken_down_because", models.CharField(blank=True, max_length=200)),
                (
                    "helper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="face", to="crowd.helper"
                    ),
                ),
                (
                    "taken_down_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_down_at", None), ("taken_down_because", ""), ("taken_down_by", None)),
                            models.Q(
                                ("taken_down_at__isnull", False),
                                ("taken_down_by__isnull", False),
                                models.Q(("taken_down_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_photo_is_taken_down_for_a_reason",
                    )
                ],
            },
        ),
    ]
