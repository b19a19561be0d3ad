"""Apache Kafka from Maven's repository: one node that is broker and controller."""

from collections.abc import Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from tests.services import jars
from tests.services.part import Part

CLUSTER = "AIOutletTestClusterId0"
TIMEOUT = 2.0
# A killed broker may come back only when its session has expired: after 9 s by default.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
"""


class Kafka(Part):
    """A broker that makes no topic unasked."""

    name = "kafka"
    what = "Apache Kafka"
    is_slower_in_tests = True
    ports = 2

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"

    def install(self, *, system: bool) -> None:
        jars.install(self.what, "kafka", system=system, say=self._say)

    def initialise(self) -> None:
        """Kafka formats its folder itself, as part of the command."""

    def command(self) -> Sequence[str]:
        port, controller = self._ports
        properties = self.folder / "server.properties"
        properties.write_text(PROPERTIES.format(port=port, controller=controller, data=self.data))
        options = " ".join(jars.options(is_measured=self.is_measured))
        run = f"{jars.java()} -Xmx512m {options} -cp '{jars.classpath('kafka')}'"
        formatting = f"{run} kafka.tools.StorageTool format --ignore-formatted -t {CLUSTER} -c '{properties}'"
        serving = f"exec {run} kafka.Kafka '{properties}'"
        return ("/bin/sh", "-c", serving if self.data.exists() else f"{formatting} && {serving}")

    def answers(self) -> bool:
        client = AdminClient({"bootstrap.servers": self.url, "log_level": 0})
        try:
            return bool(client.list_topics(timeout=TIMEOUT).brokers)
        except KafkaException:
            return False
