"""The shelf: bounds what many journals keep together."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Counts the bytes of all that is in some queues, and takes the oldest out of its queue when they are too many.

    What leaves a queue is nowhere kept any more. An item is in one queue only, once. Whoever changes a queue holds
    `lock`.
    """

    def __init__(self, most: int) -> None:
        self.lock = threading.Lock()
        self._most = most
        self._size = 0
        self._all: OrderedDict[int, tuple[int, deque[T]]] = OrderedDict()  # by the id of the item, the oldest first

    def put(self, item: T, size: int, queue: deque[T]) -> None:
        """Append an item of `size` bytes to a queue."""
        queue.append(item)
        self._all[id(item)] = size, queue
        self._size += size
        while self._size > self._most:
            _, (freed, owner) = self._all.popitem(last=False)
            self._size -= freed
            owner.popleft()  # the oldest of all is the oldest of its queue

    def drop(self, queue: deque[T]) -> None:
        """Take the oldest item out of a queue."""
        freed, _ = self._all.pop(id(queue.popleft()))
        self._size -= freed
