"""Loads every module that registers samples, in the order in which the tables list them."""

import importlib

MODULES = ["tls_samples", "fail_samples", "cert_samples", "web_samples", "tcp_samples", "relay_samples", "verdict_samples", "built_tcp", "built_encap", "built_files"]


def load_all():
    for name in MODULES:
        importlib.import_module(name)
