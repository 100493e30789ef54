from django.db import migrations

import als_project.db


class Migration(migrations.Migration):

    dependencies = [
        ('als_sessions', '0005_notes_deleted'),
    ]

    operations = [
        migrations.AddField(
            model_name='review',
            name='rating',
            field=als_project.db.EncryptedTextField(blank=True, default='', max_length=1),
            preserve_default=False,
        ),
    ]
