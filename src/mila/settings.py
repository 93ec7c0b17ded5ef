"""Settings: read from the environment, safe by default.

`MILA_MODE` is `production` (the default), `demonstration` or `test`. See docs/operations.md for every variable.
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from mila.connections import RememberingConnection

SOURCE = Path(__file__).parent
STATE = Path(os.environ.get("MILA_STATE", SOURCE.parent.parent / "var"))
MODE = os.environ.get("MILA_MODE", "production")
if MODE not in {"production", "demonstration", "test"}:
    raise ImproperlyConfigured("MILA_MODE is production, demonstration or test")
DEMONSTRATION = MODE == "demonstration"


def _required(name: str) -> str:
    if found := os.environ.get(name):
        return found
    raise ImproperlyConfigured(f"{name} is missing in the environment")


# Pages join a row with eight tables that belong to it, by keys: any order is as good, and trying all takes 40 ms.
# Statements are short: compiling one takes longer than running it, and so does starting others to share in it.
PLANNING = "-c join_collapse_limit=4 -c jit=off -c max_parallel_workers_per_gather=0"

# What a connection has asked before is neither read nor planned again: a page's questions take less than half the time.
PREPARED = {"server_side_binding": True, "prepare_threshold": 2}


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    kept_open = {"min_size": 1, "max_size": 8, "timeout": 10, "connection_class": RememberingConnection}
    pool = {"pool": kept_open} if MODE != "test" else {}
    return {
        "ENGINE": "mila.connections",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or query.get("password", "")),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": PLANNING, **PREPARED, **pool},
    }


SECRET_KEY = "only-for-tests" if MODE == "test" else _required("MILA_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MILA_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
if MODE == "test":
    ALLOWED_HOSTS = ["*"]
PUBLIC_URL = os.environ.get("MILA_PUBLIC_URL", "http://127.0.0.1:8000")
DATABASES = {"default": _database(_required("DATABASE_URL"))}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "mila.accounts",
    "mila.countries",
    "mila.catalog",
    "mila.partners",
    "mila.partners.adapters.shops.test",
    "mila.crowd",
    "mila.booking",
    "mila.visit",
    "mila.payments",
    "mila.payments.adapters.test",
    "mila.messaging",
    "mila.quality",
    "mila.dispatch",
    "mila.journey",
    "mila.sites",
    "mila.sites.entrance",
    "mila.sites.api",
    "mila.sites.customer",
    "mila.sites.provider",
    "mila.sites.desk",
    "mila.sites.bank",
    "mila.sites.branch",
    "mila.sites.clock",
    "mila.sites.health",
    "mila.sites.live",
    "mila.sites.shop",
]
if MODE != "production":
    INSTALLED_APPS += ["mila.sites.demo", "mila.simulation"]
AUTH_USER_MODEL = "accounts.Account"
SILENCED_SYSTEM_CHECKS = [
    "auth.E003",  # addresses are unique whatever their case, by a constraint
    "auth.W004",
    "templates.W003",  # `{% load i18n %}` loads ours, which holds the framework's
]
AUTHENTICATION_BACKENDS = ["mila.accounts.ways.TwoFactors", "mila.accounts.ways.Link"]
if MODE != "production":
    AUTHENTICATION_BACKENDS.append("mila.accounts.ways.Press")  # the demonstration's button
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
]
LOGIN_URL = "entrance:sign_in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "mila.sites.health.front.watchers_first",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mila.sites.requests.one_line_a_request",
    "django.middleware.gzip.GZipMiddleware",  # pads against the guessing of secrets by length
    "mila.sites.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mila.sites.middleware.brand_in_front",
    "mila.sites.country.begins_at_home",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mila.sites.middleware.RefusalsBecomeAnswers",
    "mila.sites.api.middleware.answers_for_programs",
]
ROOT_URLCONF = "mila.urls"
ASGI_APPLICATION = "mila.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "sites" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "mila.sites.context.what_every_page_shows",
            ],
            "builtins": ["mila.sites.templatetags.words", "mila.sites.templatetags.quick"],
            "libraries": {"i18n": "mila.sites.templatetags.quick"},
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("de", "Deutsch"), ("fr", "Français"), ("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [SOURCE / "sites" / "static"]
if MODE == "test":
    WHITENOISE_USE_FINDERS = True
else:
    STATIC_ROOT = STATE / "static"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "mila.sites.assets.Assets"},
    }

SESSION_ENGINE = "mila.sites.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "mila.sites.errors.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PUBLIC_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "mila.sites.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("MILA_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # its own handlers quote addresses
        "django.request": {"level": "ERROR"},  # the line of the request tells all below
    },
}

# Seals what has to be read again, such as the secrets of authenticator apps; see docs/operations.md before changing it.
MILA_SEALING_SECRET = os.environ.get("MILA_SEALING_SECRET", SECRET_KEY)
# How many proxies of our own stand in front; only what they add to X-Forwarded-For is believed.
MILA_PROXIES = int(os.environ.get("MILA_PROXIES", "1" if PUBLIC_URL.startswith("https://") else "0"))
# The domain that passkeys are for: the host of MILA_PUBLIC_URL, or a domain that it lies under.
MILA_PASSKEY_DOMAIN = os.environ.get("MILA_PASSKEY_DOMAIN", urlsplit(PUBLIC_URL).hostname or "")
MILA_BANK = os.environ.get("MILA_BANK", "test" if MODE != "production" else "")
MILA_BANK_SECRET = os.environ.get("MILA_BANK_SECRET", SECRET_KEY)
MILA_MAIL_URL = os.environ.get("MILA_MAIL_URL", "")
MILA_MAIL_FROM = os.environ.get("MILA_MAIL_FROM", "Mila <info@mila.example>")
MILA_PUSH_SECRET = os.environ.get("MILA_PUSH_SECRET", SECRET_KEY)
MILA_SMS_URL = os.environ.get("MILA_SMS_URL", "")
MILA_SMS_TOKEN = os.environ.get("MILA_SMS_TOKEN", "")
# Who hides the numbers of helper and client: "plain" shows them, "test" is a stand-in, else the address of an exchange.
MILA_NUMBERS = os.environ.get("MILA_NUMBERS", "plain")
MILA_NUMBERS_TOKEN = os.environ.get("MILA_NUMBERS_TOKEN", "")
# Channels ("mail,sms") whose stand-in plays a carrier in trouble, to be seen in the demonstration.
MILA_CARRIERS_AWAY = tuple(filter(None, os.environ.get("MILA_CARRIERS_AWAY", "").split(",")))
# The stand-in of the bank: "refusing" answers nobody, "lost" acts and loses every answer on the way.
MILA_BANK_AWAY = os.environ.get("MILA_BANK_AWAY", "")
MILA_GEOCODER = os.environ.get("MILA_GEOCODER", "gazetteer")
# Routing servers such as http://127.0.0.1:5000; one knows one profile: for cars, bicycles, people on foot.
MILA_OSRM = os.environ.get("MILA_OSRM", "")
MILA_OSRM_BICYCLE = os.environ.get("MILA_OSRM_BICYCLE", "")
MILA_OSRM_FOOT = os.environ.get("MILA_OSRM_FOOT", "")
if any(one and not one.startswith(("http://", "https://")) for one in (MILA_OSRM, MILA_OSRM_BICYCLE, MILA_OSRM_FOOT)):
    raise ImproperlyConfigured("MILA_OSRM, MILA_OSRM_BICYCLE and MILA_OSRM_FOOT are http or https addresses")
MILA_COUNTRY = os.environ.get("MILA_COUNTRY", "CH")
MILA_API_PER_MINUTE = int(os.environ.get("MILA_API_PER_MINUTE", "600"))  # requests of one key
MILA_METRICS_TOKEN = os.environ.get("MILA_METRICS_TOKEN", "")
MILA_TILES = os.environ.get("MILA_TILES", "")  # such as https://tiles.example/{z}/{x}/{y}.png
MILA_TILES_ATTRIBUTION = os.environ.get("MILA_TILES_ATTRIBUTION", "© OpenStreetMap contributors")
if MILA_TILES and not (MILA_TILES.startswith("https://") and all(part in MILA_TILES for part in ("{z}", "{x}", "{y}"))):
    raise ImproperlyConfigured("MILA_TILES is an https address with {z}, {x} and {y} in it")
