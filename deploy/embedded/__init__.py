"""The whole of Pulih on one machine, made of Python packages alone: `pulih up`, `pulih demo` and the tests use it."""
