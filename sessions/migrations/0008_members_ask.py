from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('als_sessions', '0007_looks_back_on'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stage',
            name='speaks',
            field=models.CharField(choices=[('everyone', 'everyone'), ('everyone_in_turn', 'everyone in turn'), ('presenter', 'the presenter'), ('members', 'everyone but the presenter'), ('members_ask', 'members ask, the presenter answers'), ('owners', 'those who owe a report-back'), ('scribe', 'the scribe'), ('nobody', 'nobody')], max_length=20),
        ),
        migrations.AlterField(
            model_name='stage',
            name='writes',
            field=models.CharField(choices=[('everyone', 'everyone'), ('everyone_in_turn', 'everyone in turn'), ('presenter', 'the presenter'), ('members', 'everyone but the presenter'), ('members_ask', 'members ask, the presenter answers'), ('owners', 'those who owe a report-back'), ('scribe', 'the scribe'), ('nobody', 'nobody')], max_length=20),
        ),
    ]
