from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("testshop", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="order", name="pieces_back", field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("pieces_back__lt", models.F("pieces"))), name="test_shop_keeps_a_piece_sold"
            ),
        ),
    ]
