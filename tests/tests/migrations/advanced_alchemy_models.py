"""Makes the tables of a few models by Advanced Alchemy itself, in the database that `DATABASE_URL` names."""

from __future__ import annotations

import os
from datetime import date, datetime, time
from decimal import Decimal
from typing import Optional
from uuid import UUID

from advanced_alchemy.base import BigIntBase, UUIDAuditBase
from advanced_alchemy.types import DateTimeUTC, JsonB
from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, LargeBinary, Numeric, String, Text, Time
from sqlalchemy import UniqueConstraint, create_engine, text
from sqlalchemy.orm import Mapped, mapped_column


class Publisher(UUIDAuditBase):
    __tablename__ = "publishers"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    founded: Mapped[Optional[date]] = mapped_column(Date)


class Author(UUIDAuditBase):
    __tablename__ = "authors"
    __table_args__ = (UniqueConstraint("first_name", "last_name"),)

    first_name: Mapped[str] = mapped_column(String(50))
    last_name: Mapped[str] = mapped_column(String(50), index=True)
    biography: Mapped[Optional[str]] = mapped_column(Text)
    publisher_id: Mapped[Optional[UUID]] = mapped_column(ForeignKey("publishers.id", ondelete="SET NULL"))


class Book(UUIDAuditBase):
    __tablename__ = "books"
    __table_args__ = (
        UniqueConstraint("title", "edition"),
        Index("ix_books_shelf", "shelf", "edition"),
    )

    title: Mapped[str] = mapped_column(String(200))
    edition: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    isbn: Mapped[Optional[str]] = mapped_column(String(20), unique=True)
    shelf: Mapped[str] = mapped_column(String(10))
    published: Mapped[Optional[date]] = mapped_column(Date)
    opens: Mapped[Optional[time]] = mapped_column(Time)
    sold_at: Mapped[Optional[datetime]] = mapped_column(DateTimeUTC(timezone=True))
    available: Mapped[bool] = mapped_column(Boolean)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    weight: Mapped[Optional[float]] = mapped_column(Float)
    cover: Mapped[Optional[bytes]] = mapped_column(LargeBinary)
    details: Mapped[dict] = mapped_column(JsonB)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("authors.id", ondelete="CASCADE"), index=True)
    publisher_id: Mapped[Optional[UUID]] = mapped_column(ForeignKey("publishers.id", ondelete="SET NULL"))


class Sale(BigIntBase):
    __tablename__ = "sales"

    book_id: Mapped[UUID] = mapped_column(ForeignKey("books.id", ondelete="RESTRICT"))
    copies: Mapped[int] = mapped_column(Integer)


engine = create_engine(os.environ["DATABASE_URL"], echo="ALCHEMY_ECHO" in os.environ)
UUIDAuditBase.metadata.create_all(engine)
BigIntBase.metadata.create_all(engine)
engine.dispose()
