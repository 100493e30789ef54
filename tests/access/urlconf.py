"""Every address the product answers, read from its URLconf."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def every_url() -> dict[str, tuple[str, ...]]:
    """Each URL's name (with its namespaces) and the names of its parameters. An unnamed URL is called by its route."""
    return dict(_walk(get_resolver().url_patterns, prefix="", namespace=""))


def _walk(
    patterns: list[URLPattern | URLResolver], *, prefix: str, namespace: str, outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        converters = getattr(pattern.pattern, "converters", None) or pattern.pattern.regex.groupindex
        params = (*outer, *converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, prefix=route, namespace=inner, outer=params)
        else:
            yield f"{namespace}{pattern.name or route}", params
