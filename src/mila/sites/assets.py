"""The house's own files: styles, scripts, icons, under addresses that name their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The storage of these files; an address is worked out once, since a page names the file of icons forty times."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002 - the framework's signature
        """Return the address of a file. Raises ValueError where there is none of that name."""
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]
