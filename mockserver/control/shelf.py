"""The shelf: bounds what many journals keep together."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Counts the bytes of all that was put into some queues, and takes the oldest out of its queue when they are too many.

    What a queue has dropped by itself counts until its turn comes. So the bytes never exceed `most`, whatever the
    queues do. Whoever changes a queue holds `lock`.
    """

    def __init__(self, most: int) -> None:
        self.lock = threading.Lock()
        self._most = most
        self._size = 0
        self._all: deque[tuple[T, int, deque[T]]] = deque()

    def put(self, item: T, size: int, queue: deque[T]) -> None:
        """Note that an item of `size` bytes was appended to a queue."""
        self._all.append((item, size, queue))
        self._size += size
        while self._size > self._most:
            oldest, freed, owner = self._all.popleft()
            self._size -= freed
            if owner and owner[0] is oldest:
                owner.popleft()
