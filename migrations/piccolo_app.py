"""One Piccolo application: its migrations are the dated files beside this one."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(app_name="hilfenetz", migrations_folder_path=str(Path(__file__).parent), table_classes=[])
