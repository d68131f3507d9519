"""The C library inside the confluent-kafka package: the functions that the embedded broker needs."""

import ctypes

from confluent_kafka import cimpl

from deploy.embedded.faults import BrokerFailed


def _library() -> ctypes.CDLL:
    """Open librdkafka through the extension module that is linked to it."""
    library = ctypes.CDLL(cimpl.__file__)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, *takes in (
        ("rd_kafka_conf_new", pointer),
        ("rd_kafka_conf_set", number, pointer, text, text, text, ctypes.c_size_t),
        ("rd_kafka_new", pointer, number, pointer, text, ctypes.c_size_t),
        ("rd_kafka_destroy", None, pointer),
        ("rd_kafka_mock_cluster_new", pointer, pointer, number),
        ("rd_kafka_mock_cluster_destroy", None, pointer),
        ("rd_kafka_mock_cluster_bootstraps", text, pointer),
        ("rd_kafka_mock_broker_set_host_port", number, pointer, ctypes.c_int32, text, number),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, pointer, ctypes.c_int32),
        ("rd_kafka_mock_topic_create", number, pointer, text, number, number),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library


kafka = _library()


def quiet() -> int:
    """Configure a client that does not warn that it has no cluster: it only holds the mock cluster."""
    configuration: int = kafka.rd_kafka_conf_new()
    kafka.rd_kafka_conf_set(configuration, b"log_level", b"3", None, 0)
    return configuration


def made(pointer: int | None) -> int:
    """Check a pointer and give it. Raises `BrokerFailed` for a null pointer."""
    if not pointer:
        raise BrokerFailed("librdkafka could not make its mock cluster")
    return pointer


def done(error: int) -> None:
    """Check a return code. Raises `BrokerFailed` for any but 0."""
    if error:
        raise BrokerFailed(f"librdkafka's mock cluster returned error {error}")
