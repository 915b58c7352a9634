"""What the endpoints call."""

from datetime import date, datetime, timezone
from uuid import UUID

from shop.models import NewOrder, NewUser, Order, Point, Report, User

_users: dict[int, User] = {}
_orders: dict[UUID, Order] = {}


def users(page: int, limit: int) -> list[User]:
    """Return the users of a page."""
    return list(_users.values())[(page - 1) * limit : page * limit]


def user(id: int) -> User | None:
    """Return a user, if there is one."""
    return _users.get(id)


def add_user(new: NewUser) -> User:
    """Return a new user."""
    made = User(new.name, new.age, new.role, id=len(_users) + 1, since=datetime.now(timezone.utc))
    return _users.setdefault(made.id, made)


def order(id: UUID) -> Order | None:
    """Return an order, if there is one."""
    return _orders.get(id)


def add_order(new: NewOrder) -> Order:
    """Return a new order."""
    made = Order(UUID(int=len(_orders) + 1), new.items)
    return _orders.setdefault(made.id, made)


def locate(city: str) -> Point:
    """Return where a city is."""
    return Point(48.2 + len(city), 16.4)


def report(day: date) -> Report:
    """Return what was sold on a day."""
    return {"day": day, "sold": len(_orders), "top": ["tea", "salt"]}


def state() -> int:
    """Return a status that no type checker knows."""
    return 404
