from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_ways_in")]

    operations = [
        migrations.RemoveField(model_name="securityevent", name="by"),
        migrations.AddField(model_name="securityevent", name="by_operator", field=models.BooleanField(default=False)),
    ]
