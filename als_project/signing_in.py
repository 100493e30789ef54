"""How people sign up and in: Django's and allauth's settings that are the same everywhere."""

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "als_project.users.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "als_project.users.forms.LoginForm",
    "signup": "als_project.users.forms.SignupForm",
    "request_login_code": "als_project.users.forms.RequestLoginCodeForm",
    "add_email": "als_project.users.forms.AddEmailForm",
    "change_password": "als_project.users.forms.ChangePasswordForm",
    "set_password": "als_project.users.forms.SetPasswordForm",
    "reset_password": "als_project.users.forms.ResetPasswordForm",
    "reset_password_from_key": "als_project.users.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# No password at sign-up: a code by mail proves the address. A password can be set afterwards.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Mail may take its time, and people their way to the mailbox. Emptied from the outbox as it leaves.
CODES_LAST_SECONDS = 15 * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODES_LAST_SECONDS
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODES_LAST_SECONDS
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "als_project.users.second_factors.SecondFactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "als_project.users.mfa_forms.AddPasskeyForm",
    "edit_webauthn": "als_project.users.mfa_forms.EditPasskeyForm",
}
CSRF_FAILURE_VIEW = "als_project.users.views.form_expired"
