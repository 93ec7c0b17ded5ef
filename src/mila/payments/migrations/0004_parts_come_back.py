from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def say_what_came_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now only whole orders came back, and with them all that they had brought."""
    sales = apps.get_model("payments", "Sale").objects
    sales.filter(state="returned").update(returned=F("amount"))
    sales.filter(state__in=["cancelled", "returned"]).update(commission_back=F("commission"), share_back=F("share"))


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_other_means"),
    ]

    operations = [
        migrations.AddField(model_name="sale", name="returned", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="sale", name="commission_back", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="sale", name="share_back", field=models.PositiveIntegerField(default=0)),
        migrations.RunPython(say_what_came_back, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned", models.F("amount")),
                    ("state", "returned"),
                )
                | models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    ("returned__lt", models.F("amount")),
                ),
                name="what_came_back_whole_is_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("commission_back__lte", models.F("commission")), ("share_back__lte", models.F("share"))
                ),
                name="no_more_is_taken_back_than_was_brought",
            ),
        ),
    ]
