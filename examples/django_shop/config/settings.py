"""Just enough for a shop that runs in its tests."""

SECRET_KEY = "for the example only"
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
