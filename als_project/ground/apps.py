from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class GroundConfig(AppConfig):
    """The keys of what people say: making one, and rewriting every row under the newest."""

    name = "als_project.ground"


class OurAdminConfig(AdminConfig):
    default = False
    default_site = "als_project.ground.admin_site.OurAdmin"
