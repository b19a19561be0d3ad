"""An S3-compatible server, a process of its own."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import obstore
from obstore.store import S3Store

from tests.services import jars
from tests.services.part import Part
from tests.services.waiting import listens

KEY, SECRET = "key-of-tests", "secret/of-tests"
SETTINGS = """\
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={key}
s3proxy.credential={secret}
jclouds.provider=transient
"""


class S3(Part):
    """S3Proxy, with its objects in memory."""

    name = "s3"
    what = "S3Proxy"
    is_slower_in_tests = True

    @property
    def url(self) -> str:
        """Where buckets are, with key and secret."""
        return f"s3+http://{KEY}:{SECRET.replace('/', '%2F')}@127.0.0.1:{self.port}"

    def install(self, *, system: bool) -> None:
        jars.install(self.what, "s3", system=system, say=self._say)

    def initialise(self) -> None:
        self.data.mkdir()

    def command(self) -> Sequence[str]:
        settings = self.folder / "s3proxy.conf"
        settings.write_text(SETTINGS.format(port=self.port, key=KEY, secret=SECRET))
        options = (*jars.options(is_measured=self.is_measured), "-cp", jars.classpath("s3"))
        return (jars.java(), *options, "org.gaul.s3proxy.Main", "--properties", str(settings))

    def answers(self) -> bool:
        return listens(self.port)

    def make_bucket(self, name: str) -> str:
        """Make a bucket and return its address."""
        bucket = S3Store(
            name,
            endpoint=f"http://{urlsplit(self.url).netloc.rpartition('@')[2]}",
            region="us-east-1",
            access_key_id=KEY,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
        )
        httpx.put(obstore.sign(bucket, "PUT", "", timedelta(minutes=1))).raise_for_status()
        return f"{self.url}/{name}"
