import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from tests.machinery.commands import ROOT, SHELL, run_python

PRODUCTION = {
    "SECRET_KEY": "a-secret-of-more-than-fifty-characters-with-many-different-1234567890",
    "FIELD_KEYS": "dGVzdHMtb25seS1maWVsZC1rZXktMDAwMDAwMDAwMDE=",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "ALLOWED_HOSTS": "sets.example",
}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=SHELL | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_does_not_start_without(name: str) -> None:
    started = manage("check", **{other: value for other, value in PRODUCTION.items() if other != name})
    sentence = f"Set {name} in the environment (README, “Production”), or DEBUG=1 to develop."
    assert (started.returncode, started.stderr) == (1, f"{sentence}\n")


def test_a_wrong_choice_of_who_may_sign_up_is_named() -> None:
    started = manage("check", **PRODUCTION, WHO_MAY_SIGN_UP="everybody")
    assert (started.returncode, started.stderr) == (1, "WHO_MAY_SIGN_UP is either “anyone” or “invited”.\n")


def test_production_passes_the_deployment_checks(tmp_path: os.PathLike[str]) -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_production_has_no_page_of_development_mail() -> None:
    asked = manage("shell", "-c", "from django.urls import resolve; resolve('/dev/mail/')", **PRODUCTION)
    assert asked.stderr.splitlines()[-1].startswith("django.urls.exceptions.Resolver404")


def test_production_keeps_browsers_on_https_and_scripts_at_home() -> None:
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    code = (
        f"from django.conf import settings as s; print(*[getattr(s, name) for name in {names}], s.SECURE_HSTS_SECONDS)"
    )
    told = manage("shell", "--no-imports", "-c", code, **PRODUCTION)
    assert told.stdout.split() == ["True", "True", "True", "True", str(365 * 24 * 3600)]
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("environment", "is_json"), [(PRODUCTION, True), ({**PRODUCTION, "LOG_JSON": "0"}, False), ({"DEBUG": "1"}, False)]
)
def test_production_logs_json_unless_told_otherwise(
    environment: dict[str, str], is_json: bool, tmp_path: os.PathLike[str]
) -> None:
    code = "import logging; logging.getLogger('x').warning('It says', extra={'row_id': 7})"
    said = manage("shell", "--no-imports", "-c", code, **{**environment, "DATA_DIR": str(tmp_path)}).stderr.strip()
    assert said.startswith("{") == is_json
    if is_json:
        line = json.loads(said)
        assert (line["says"], line["level"], line["row_id"]) == ("It says", "WARNING", 7)


def test_a_site_puts_its_own_templates_before_ours(tmp_path: Path) -> None:
    folders = [tmp_path / "ours", tmp_path / "theirs"]
    for folder, words in zip(folders, ("Soon we meet", "Never seen"), strict=True):
        reminder = folder / "emails" / "sessions" / "reminder"
        reminder.mkdir(parents=True)
        (reminder / "subject.txt").write_text(words)
    (folders[1] / "home.html").write_text("Welcome")
    code = (
        "from django.template.loader import render_to_string as r;"
        " print(r('emails/sessions/reminder/subject.txt'), r('home.html'), len(r('emails/foot.txt')) > 0, sep='|')"
    )
    told = manage("shell", "--no-imports", "-c", code, **PRODUCTION, SITE_TEMPLATES=",".join(map(str, folders)))
    assert told.stdout == "Soon we meet|Welcome|True\n"


def test_django_uses_psycopg2() -> None:
    assert is_psycopg3 is False


def test_what_a_shell_holds_for_production_does_not_reach_the_embedded_product() -> None:
    told = run_python("from dev import development; print(*development(8000))", **PRODUCTION)
    assert set(PRODUCTION) & set(told.stdout.split()) == set()


def test_the_tests_run_without_any_setting_of_the_shell() -> None:
    told = run_python("from run_tests import read_by_the_product; print(*sorted(read_by_the_product()))")
    assert set(told.stdout.split()) >= {*PRODUCTION, "DEBUG", "DATA_DIR", "SITE_URL", "BEAT_SECONDS", "HTTPS_ONLY"}


def test_the_readme_explains_every_setting() -> None:
    told = run_python("from run_tests import read_by_the_product; print(*sorted(read_by_the_product()))")
    readme = (ROOT / "README.md").read_text()
    assert [name for name in told.stdout.split() if f"`{name}`" not in readme] == []
