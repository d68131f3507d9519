"""The errors of Kafka's client, by the names that the rest of the code catches.

KafkaError              the broker is away, or says no
IllegalStateError       a partition was taken away from this consumer meanwhile
COMMIT_ERRORS           offsets were not committed; the records will be delivered again
"""

from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError

COMMIT_ERRORS = (KafkaError, ConsumerStoppedError)

__all__ = ["COMMIT_ERRORS", "IllegalStateError", "KafkaError"]
