"""What the service keeps."""

import secrets
import uuid

from sqlalchemy import String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service.ids import Ids


class Base(DeclarativeBase):
    pass


class Report(Base):
    __tablename__ = "reports"

    report_id: Mapped[str] = mapped_column(
        String(64), primary_key=True, default=lambda: str(uuid.uuid4())
    )
    revision_id: Mapped[str] = mapped_column(String(64), default=lambda: Ids.new("revision"))
    export_id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), default=uuid.uuid4)
    download_token: Mapped[str] = mapped_column(String(43), default=secrets.token_urlsafe)
    user_id: Mapped[str] = mapped_column(String(64))
    trace_id: Mapped[str] = mapped_column(String(64))
