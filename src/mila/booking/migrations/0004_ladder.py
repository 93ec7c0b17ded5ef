"""Searches climb a ladder by a policy, and offers have modes, a bonus and a link."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import mila.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0003_exclusions_and_withdrawals"),
        ("crowd", "0002_calendars_and_quiet_hours"),
        ("partners", "0003_ladder"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="offer",
            name="one_exclusive_offer_per_call",
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="one_exclusive_offer_per_helper",
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="asked_once_per_search",
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="exclusive_offers_run_out",
        ),
        migrations.AddField(
            model_name="assignment",
            name="promised_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="bonus",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="offer",
            name="brand_pays_bonus",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="offer",
            name="link_key",
            field=models.CharField(max_length=40, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="link_used_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="mode",
            field=models.CharField(
                choices=[("exclusive", "Exclusive"), ("first_yes", "First Yes"), ("best_yes", "Best Yes")],
                default="exclusive",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="rung_by_sms_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="window_seconds",
            field=models.PositiveIntegerField(default=120),
        ),
        migrations.AddField(
            model_name="search",
            name="area",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="search",
            name="bonus",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="search",
            name="collects_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="search",
            name="policy",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.searchpolicy"
            ),
        ),
        migrations.AddField(
            model_name="search",
            name="rests_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="search",
            name="rung_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="search",
            name="slots_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="search",
            name="tier_answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="search",
            name="tier_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="servicecall",
            name="preferred_helper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crowd.helper"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mode", "exclusive"), ("state__in", ["made", "open"])),
                fields=("call",),
                name="one_exclusive_offer_per_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ["made", "open"])),
                expressions=[("call", "="), ("mode", "<>")],
                name="exclusive_means_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["made", "open"])),
                fields=("helper",),
                name="one_offer_at_a_time_per_helper",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("search", "helper", "bonus"), name="asked_once_at_a_pay"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("bonus__lte", models.F("pay"))), name="bonus_is_part_of_the_pay"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state__in", ["made", "open"])),
                    models.Q(models.Q(("state__in", ["made", "open"]), _negated=True), ("due_at", None)),
                    _connector="OR",
                ),
                name="waiting_offers_run_out",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="link_key",
            field=models.CharField(default=mila.kernel.ids.new_key, max_length=40, null=True, unique=True),
        ),
    ]
