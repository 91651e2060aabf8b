"""The explorer in a notebook."""

from __future__ import annotations

from html import escape

from . import _jointly


class Explorer:
    """A page that answers while a lever is moved, in a frame; its server runs until the object goes or `stop()` is called."""

    def __init__(self, session: _jointly.Session, seed: int, port: int, width: str, height: int) -> None:
        self._server = _jointly.Explorer(session, seed, port)
        self._width, self._height = width, height

    @property
    def address(self) -> str:
        """The address of the page, for this machine. It holds a secret: who knows it sees the scenario."""
        return self._server.address

    def stop(self) -> None:
        """Ends the server."""
        self._server.stop()

    def __enter__(self) -> Explorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<jointly.Explorer at {self.address}>"

    def _repr_html_(self) -> str:
        width, address = escape(self._width, quote=True), escape(self.address, quote=True)
        return f'<iframe src="{address}" width="{width}" height="{self._height}" frameborder="0"></iframe>'


__all__ = ["Explorer"]
