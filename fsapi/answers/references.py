"""Let the twins of classes refer to each other: types can contain themselves."""

from __future__ import annotations

from typing import Any, ForwardRef


class Twins:
    """Twins by name, while they are made: types that contain themselves refer to one that is not made yet."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        # The names to which those refer that are being made, the innermost last; those of all that are made.
        self._begun: list[set[str]] = []
        self._references: list[tuple[Any, set[str]]] = []

    def __len__(self) -> int:
        return len(self._made)

    def __contains__(self, name: str) -> bool:
        return name in self._made

    def begin(self, name: str) -> None:
        """Begin to make a twin."""
        self._made[name] = None
        self._begun.append(set())

    def end(self, name: str, twin: Any) -> Any:
        """Return a twin, which is made."""
        self._made[name] = twin
        self._references.append((twin, self._begun.pop()))
        return twin

    def refer(self, name: str) -> Any:
        """Return a twin, or a reference to one that is being made."""
        if self._made[name] is not None:
            return self._made[name]
        self._begun[-1].add(name)
        return ForwardRef(name)

    def link(self) -> None:
        """Let the twins find those to which they refer."""
        for twin, names in self._references:
            for name in names:
                setattr(twin, name, self._made[name])
