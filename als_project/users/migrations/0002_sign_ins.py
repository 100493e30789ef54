import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from als_project.db import encryption


def encrypt_second_factors(apps, schema_editor):
    """What authenticators and recovery codes are made from stood readable until now."""
    for factor in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn"):
        for name in {"secret", "seed"} & factor.data.keys():
            factor.data[name] = encryption().encrypt(factor.data[name].encode()).decode()
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("users", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("session_key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "sign-in", "verbose_name_plural": "sign-ins"},
        ),
        # Where sign-ins stood before, under readable keys. Everybody signs in once more.
        migrations.RunSQL("DROP TABLE IF EXISTS usersessions_usersession", migrations.RunSQL.noop),
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
        migrations.RunPython(encrypt_second_factors, migrations.RunPython.noop),
    ]
