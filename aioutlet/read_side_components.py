"""What the read side of the embedded shop consists of, as tasks of one event loop."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from prometheus_client import CollectorRegistry

import query_api.main
from aioutlet import components, keys
from aioutlet.audit_recorder import recording_audit
from aioutlet.bff_app import open_bff
from aioutlet.broker import PARTITIONS
from aioutlet.denial_reporter import issue_system_token, reporting
from aioutlet.documents import opened_database, probe_writes
from aioutlet.http_server import limits_of, serving
from aioutlet.identity_parts import open_embedded_identity
from aioutlet.kept_mails import reading_mails
from aioutlet.listeners import url_of
from aioutlet.log_signing import LogSigning
from aioutlet.read_side_process import Parts
from aioutlet.settings import Settings
from aioutlet.tree import open_tree
from concurrency.background import background
from edge.denials import DenialCounter
from history.event_log import EventLog
from history.parked_rows import ParkedRows
from history.proof.signed_log import SignedLog
from identity.tokens import TokenIssuer
from query_api.checkpoint_watcher import CheckpointWatcher
from query_api.trending import warm_up


@asynccontextmanager
async def open_read_side(
    settings: Settings, parts: Parts, queries: socket.socket, pages: socket.socket
) -> AsyncIterator[CheckpointWatcher]:
    """Answer queries and pages on two sockets; who knows of progress tells the watcher."""
    secret, registry, denials = keys.token_secret(settings), CollectorRegistry(), DenialCounter()
    issue_token = partial(issue_system_token, TokenIssuer(secret), "read-side")
    limits = limits_of(settings)
    async with (
        opened_database(parts.documents) as database,
        components.open_event_store(parts.log) as store,
        open_embedded_identity(settings, may_write=False) as identity,
        recording_audit(parts.command_url, issue_token) as record_audit,
    ):
        tree = open_tree(settings)
        signing = LogSigning(store, tree, keys.log_key(settings), registry, old_secret=keys.old_log_key(settings))
        demo_log = components.build_demo_log(store, partitions=PARTITIONS) if settings.demo else None
        watcher = query_api.main.build_watcher(database, note=demo_log.shown.note if demo_log else None)
        app = query_api.main.build_app(
            database,
            verifier=identity.verifier,
            opener=identity.sealer,
            partitions=PARTITIONS,
            sites=settings.sites,
            watcher=watcher,
            index_of=identity.blind_index.of,
            registry=registry,
            probe=partial(probe_writes, database),
            log_probe=signing.check,
            denials=denials,
            proxies=components.trusted_proxies(settings),
            read_progress=components.progress_reader(store),
            read_timers=components.timer_reader(store),
            event_log=EventLog(store),
            parked_rows=ParkedRows(store),
            signed_log=SignedLog(store, tree),
            record_audit=record_audit,
            is_second_person_required=settings.second_person is not None,
            demo_log=demo_log,
            released=components.released_config(settings),
        )
        await app.state.context.versions.look()
        async with (
            background(app.state.context.versions.run(), warm_up(app.state.context), signing.run()),
            reporting(denials, parts.command_url, issue_token, registry),
            serving(app, queries, limits=limits),
            reading_mails(parts.command_url, issue_token) as read_mails,
            open_bff(
                settings,
                secret,
                command_url=parts.command_url,
                query_url=url_of(queries, settings.host),
                read_mails=read_mails,
                shows_events=demo_log is not None,
            ) as web,
            serving(web, pages, limits=limits),
        ):
            with app.state.streams.closing_first(), web.state.streams.closing_first():
                yield watcher
