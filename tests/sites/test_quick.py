"""What is found once is what the framework would have drawn each time."""

import pytest
from django.template import Context, Engine, Template
from django.urls import reverse, set_script_prefix
from django.utils.translation import override

FRAMEWORK = Engine(
    app_dirs=True, builtins=["mila.sites.templatetags.words"], libraries={"i18n": "django.templatetags.i18n"}
)
PARTS = [
    '{% translate "Skip to content" %}',
    "{% translate 'Somebody you trust & “more”: 100 %' %}",
    '{% translate "Services" as title %}<{{ title }}>',
    "{% translate word %}",
    '{% include "parts/icon.html" with name="arrow" class="tiny" %}',
    '{% include "parts/icon.html" with name=word %}',
    '{% with class="big" %}{% include "parts/icon.html" with name="<&>" %}{% endwith %}',
    "{% url 'customer:book' %}",
    "{% url 'customer:family' word %}",
    "{% url 'nowhere' as there %}<{{ there }}>",
]


@pytest.mark.parametrize("part", PARTS)
def test_each_tag_draws_what_the_framework_draws(part: str) -> None:
    ours, theirs = Template("{% load i18n %}" + part), FRAMEWORK.from_string("{% load i18n %}" + part)
    for language in ("de", "en", "de", "fr"):
        with override(language):
            given = {"word": "Services"}
            assert ours.render(Context(given)) == theirs.render(Context(given))


def test_an_address_stays_inside_the_brand_in_front() -> None:
    page = Template("{% url 'customer:book' %}")
    try:
        for prefix in ("/", "/b/swisscom/", "/"):
            set_script_prefix(prefix)
            assert page.render(Context()) == reverse("customer:book")
    finally:
        set_script_prefix("/")
