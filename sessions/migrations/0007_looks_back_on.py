from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('als_sessions', '0006_how_much_it_helped'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='looks_back_on',
            field=models.CharField(choices=[('review', 'this session'), ('review-so-far', 'the cycle so far'), ('review-of-all', 'the whole cycle')], default='review', max_length=20),
        ),
    ]
