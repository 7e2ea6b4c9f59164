"""Piccolo's configuration for migrations alone: the engine of the owner role, pointed by ``migrations.runner``."""

from piccolo.conf.apps import AppRegistry

from tenants.database import QuietEngine

DB = QuietEngine(config={})
APP_REGISTRY = AppRegistry(apps=["migrations.piccolo_app"])
