from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": settings.SITE_NAME,
        "open_sign_up": settings.WHO_MAY_SIGN_UP == "anyone",
        "debug": settings.DEBUG,
    }
