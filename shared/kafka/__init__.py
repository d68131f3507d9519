"""Kafka: how it is reached, its topics, records and clients. Nothing else imports aiokafka or FastStream."""
