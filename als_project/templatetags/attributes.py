"""An element's attributes written by one call: looping over them in a template costs several times more."""

from django import template
from django.forms.utils import flatatt

register = template.Library()
register.filter("flat", flatatt, is_safe=True)
