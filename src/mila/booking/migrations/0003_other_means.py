from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0002_never_changed"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="changerequest", name="one_open_change"),
        migrations.RemoveConstraint(model_name="changerequest", name="an_open_change_runs_out"),
        migrations.AlterField(
            model_name="changerequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Asked"),
                    ("securing", "Securing"),
                    ("short", "Short"),
                    ("approved", "Approved"),
                    ("declined", "Declined"),
                    ("uncovered", "Uncovered"),
                    ("withdrawn", "Withdrawn"),
                    ("lapsed", "Lapsed"),
                    ("overtaken", "Overtaken"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "securing", "short"])),
                fields=("call",),
                name="one_open_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False), ("ended_at", None), ("state__in", ["asked", "securing", "short"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["asked", "securing", "short"]), _negated=True),
                        ("due_at", None),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_open_change_runs_out",
            ),
        ),
    ]
