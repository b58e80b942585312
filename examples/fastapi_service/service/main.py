"""Reports are ordered here, and fetched."""

import uuid
from collections.abc import Iterator
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from service.context import RequestContext, request_context
from service.jobs import render
from service.models import Base, Report

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
app = FastAPI()


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


@app.middleware("http")
async def add_request_id(request: Request, call_next) -> Response:
    request_id = request.headers.get("X-Request-ID") or str(uuid.uuid4())
    response = await call_next(request)
    response.headers["X-Request-ID"] = request_id
    return response


@app.post("/reports")
def order_report(
    context: Annotated[RequestContext, Depends(request_context)],
    database: Annotated[Session, Depends(session)],
    tasks: BackgroundTasks,
) -> dict[str, str]:
    report = Report(user_id=context.user_id, trace_id=context.trace_id)
    database.add(report)
    database.commit()
    tasks.add_task(render, report.report_id)
    return {"report_id": report.report_id, "download_token": report.download_token}


@app.get("/reports/{report_id}")
def show_report(report_id: str, database: Annotated[Session, Depends(session)]) -> dict[str, str]:
    report = database.get(Report, report_id)
    if report is None:
        raise HTTPException(404)
    return {"user_id": report.user_id, "export_id": str(report.export_id)}
