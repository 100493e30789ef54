from django.http import HttpRequest, QueryDict


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even when nothing was ticked; None where it is only to be shown."""
    return request.POST if request.method == "POST" else None
