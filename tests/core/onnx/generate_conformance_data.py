#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the ONNX project's operator conformance cases to a folder: generate_conformance_data.py FOLDER

The cases are made by python3-onnx itself (what `backend-test-tools generate-data` does). Debian 12 has an onnx that
still uses type names which its numpy has dropped; they are put back first.
"""
import sys

import numpy

for name, kind in (("float", float), ("bool", bool), ("int", int), ("object", object), ("str", str)):
    if name not in vars(numpy):
        setattr(numpy, name, kind)

from onnx.backend.test.cmd_tools import main  # noqa: E402

sys.argv = [sys.argv[0], "generate-data", "-o", sys.argv[1]]
main()
