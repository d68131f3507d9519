"""The rulers: Pulih measured beside the least that could do, and beside what a good developer would take instead."""
