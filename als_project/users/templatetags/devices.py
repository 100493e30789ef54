from django import template

from als_project.users.devices import device_in_words

register = template.Library()
register.filter("device", device_in_words)
