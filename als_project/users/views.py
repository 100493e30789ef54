from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What is next for me, put together from each app's panels; a visitor sees what this is."""
    return render(request, "home/home.html" if request.user.is_authenticated else "home/welcome.html")
