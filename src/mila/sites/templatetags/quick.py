"""Three tags of the framework that draw what they always drew, without doing again what is the same each time.

A page says forty sentences without anything in them, draws twenty icons and leads to a dozen addresses without
arguments: what they are depends on the language, or on the brand in front, and is found once a process.
"""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.template.loader_tags import IncludeNode, do_include
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.i18n import register as spoken
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from mila.sites.templatetags.words import icon

ICON = "parts/icon.html"

register = template.Library()
register.tags.update(spoken.tags)
register.filters.update(spoken.filters)


class Icon(IncludeNode):
    """`{% include "parts/icon.html" with name=… %}`: drawn without a template."""

    def render(self, context: Context) -> SafeString:
        """Return the icon; what is not said here is said by what stands around."""
        return icon(self._said("name", context), self._said("class", context))

    def _said(self, name: str, context: Context) -> str:
        given = self.extra_context.get(name)
        return str((given.resolve(context) if given else context.get(name)) or "")


class Sentence(TranslateNode):
    """`{% translate "…" %}` without anything in it: found once for each language."""

    def __init__(self, node: TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop)
        self._name = node.asvar
        self._said: dict[object, str] = {}

    def render(self, context: Context) -> str:
        """Return the sentence, or give it the name it is asked for under."""
        key = (get_language(), context.autoescape)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = super().render(context)
        if not self._name:
            return said
        context[self._name] = said
        return ""


class Address(URLNode):
    """`{% url '…' %}` without arguments: found once for each place in the site and each brand in front."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, [], {}, None)
        self._found: dict[object, str] = {}

    def render(self, context: Context) -> str:
        """Return the address."""
        match = getattr(getattr(context, "request", None), "resolver_match", None)
        key = (get_script_prefix(), match and match.namespace, context.autoescape)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = super().render(context)
        return found


@register.tag
def include(parser: Parser, token: Token) -> IncludeNode:
    """Include a template; an icon needs none."""
    node = do_include(parser, token)
    if node.template.var != ICON or node.isolated_context:
        return node
    return Icon(node.template, extra_context=node.extra_context)


@register.tag("trans")
@register.tag
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Say something in the reader's language."""
    node = do_translate(parser, token)
    said = node.filter_expression
    is_the_same = said.var.literal is not None and not said.filters and not node.message_context
    return Sentence(node) if is_the_same else node


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Return the address of a page."""
    node = url_tag(parser, token)
    is_the_same = isinstance(node.view_name.var, str) and not (node.args or node.kwargs or node.asvar)
    return Address(node) if is_the_same and not node.view_name.filters else node
