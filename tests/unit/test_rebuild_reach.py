"""A rebuild sends no mail, charges nothing and publishes nothing: its process cannot."""

import subprocess
import sys

REACHES_OUT = ("streams", "command_api", "identity", "aiokafka", "confluent_kafka", "aiosmtplib", "smtplib", "httpx")


def test_the_process_of_a_rebuild_can_reach_no_mail_no_provider_and_no_broker() -> None:
    program = "import sys, aioutlet.rebuilds.worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "projectors.rebuild.builder" in loaded
    assert not {name.partition(".")[0] for name in loaded} & set(REACHES_OUT)
